\ir fixtures.psql

-- What a superuser does by hand: a change is recorded, or does not happen. Updates are in the tests of the
-- audit triggers, and what is append-only in that of audit.tg_refuse_change.
select isnt(outcome(s), 'ok', s)
from unnest(array[
  'delete from core.cases',
  'truncate core.cases cascade',
  'delete from core.assignment_particulars; delete from core.assignments',
  'truncate core.assignments cascade',
  'delete from core.organisation_links',
  'truncate core.organisation_links'
]) as s;

select * from finish();
rollback;
