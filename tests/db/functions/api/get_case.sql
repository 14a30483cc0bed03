\ir ../../fixtures.psql

create function fixture.reached(p_role text, p_user_id text, p_court text, p_organisation text) returns text language sql as $$
  select act_as(p_role, p_user_id, p_court, p_organisation);
  select outcome($q$select api.get_case(id_of('ours'))$q$);
$$;

-- Exactly these reach ours.
select is(
  outcome(c.name, $$select api.get_case(id_of('ours'))$$), case when c.name ~ 'other' then 'JCMIS' else 'ok' end, 'ours: ' || c.name
) from callers as c;
select is(
  outcome(c.name, $$select api.get_case(id_of('theirs'))$$), case when c.name ~ 'other' then 'ok' else 'JCMIS' end, 'theirs: ' || c.name
) from callers as c;
select is(outcome(c.name, $$select api.get_case(id_of('deleted'))$$), 'JCMIS', 'deleted: ' || c.name) from callers as c;
select is(
  outcome(c.name, $$select api.get_case(id_of('bare'))$$), case c.name when 'officer' then 'ok' else 'JCMIS' end, 'bare: ' || c.name
) from callers as c;
select is(outcome(c.name, $$select api.get_case(core.new_id())$$), 'JCMIS', 'not there: ' || c.name) from callers as c;
select is(outcome(c.name, $$select api.get_case(null)$$), 'JCMIS', 'not said which: ' || c.name) from callers as c;

-- A missing court or organisation gives no access, and nor do another role's claims.
select is(reached(r, 'judge.one', 'BFC', 'la.one'), 'JCMIS', r || ' with the claims of others')
from unnest('{CAFCASS_OFFICER,VAA_WORKER,ADOPTER}'::text[]) as r;
select is(reached('LA_SOCIAL_WORKER', 'judge.one', 'BFC', 'va.one'), 'JCMIS', 'a social worker of an agency');
select is(reached('JUDGE_LEGAL_ADVISER', 'cafcass.one', 'BFC', 'la.one'), 'JCMIS', 'a judge with the claims of others');
select is(reached('HMCTS_CASE_OFFICER', 'judge.one', 'LDFC', 'la.one'), 'JCMIS', 'an officer with the claims of others');
select is(reached('HMCTS_CASE_OFFICER', 'officer.one', null, null), 'JCMIS', 'an officer without a court');
select is(reached('LA_SOCIAL_WORKER', 'nobody', null, null), 'JCMIS', 'a social worker without an authority');
select is(reached('VAA_WORKER', 'nobody', null, null), 'JCMIS', 'an agency worker without an agency');
select is(reached('JUDGE_LEGAL_ADVISER', 'Judge.one', null, null), 'JCMIS', 'a judge of another spelling');

-- The case.
select act_as('judge');
select is(c.case_record, r, 'the case') from api.get_case(id_of('ours')) as c join core.case_records() as r on r.id = id_of('ours');
select is(c.history, array(select h from core.status_history(id_of('ours')) as h), 'and its history') from api.get_case(id_of('ours')) as c;
select is(row(h.from_status, h.to_status, h.changed_by)::text, '(APPLICATION,ON_HOLD,officer.one)', 'with who')
from unnest((api.get_case(id_of('ours'))).history) as h;

select act_as('adopter');
select is((c.case_record).redacted, true, 'an adopter reads it redacted') from api.get_case(id_of('ours')) as c;
select is(row(h.from_status, h.to_status, h.changed_by)::text, '(APPLICATION,ON_HOLD,)', 'without who')
from unnest((api.get_case(id_of('ours'))).history) as h;
select doesnt_match(
  api.get_case(id_of('ours'))::text, 'officer|judge|spouse|cafcass|social|la[.]one|va[.]one|notes|internal|comments|REF|reason', 'nothing of it anywhere'
);

select * from finish();
rollback;
