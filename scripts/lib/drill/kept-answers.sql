-- What must be true of the answers that are kept under Idempotency-Keys. The load's keys are its tokens.
select 'a key was claimed, and no answer is kept' as rule, k.key as subject
from core.kept_answers as k
where k.answer is null

union all
select 'a kept answer tells of a write that is not there', k.key
from core.kept_answers as k
where k.key like 'drill:%'
  and not exists (select from core.case_details as d where d.notes = k.key)
  and not exists (select from core.status_change_particulars as p where p.reason = k.key)

union all
select 'an acknowledged write has no kept answer', j.token
from pg_temp.journal as j
where j.outcome = 'acknowledged'
  and not exists (select from core.kept_answers as k where k.key = j.token and k.answer is not null)
