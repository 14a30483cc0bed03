\ir ../../fixtures.psql

create function fixture.reached(p_role text, p_user_id text, p_court text, p_organisation text) returns text language sql as $$
  select act_as(p_role, p_user_id, p_court, p_organisation);
  select outcome($q$select api.get_case(id_of('ours'))$q$);
$$;

-- Exactly these reach ours.
select is(
  outcome(c.name, $$select api.get_case(id_of('ours'))$$), case when c.name ~ 'other' then 'JCMIS' else 'ok' end, 'exactly the users of the case reach ours: ' || c.name
) from callers as c;
select is(
  outcome(c.name, $$select api.get_case(id_of('theirs'))$$), case when c.name ~ 'other' then 'ok' else 'JCMIS' end, 'exactly the users of the case reach theirs: ' || c.name
) from callers as c;
select is(outcome(c.name, $$select api.get_case(id_of('deleted'))$$), 'JCMIS', 'nobody reaches a deleted case: ' || c.name) from callers as c;
select is(
  outcome(c.name, $$select api.get_case(id_of('bare'))$$), case c.name when 'officer' then 'ok' else 'JCMIS' end, 'only an officer reaches a case without assignments: ' || c.name
) from callers as c;
select is(outcome(c.name, $$select api.get_case(core.new_id())$$), 'JCMIS', 'a case that does not exist is not found: ' || c.name) from callers as c;
select is(outcome(c.name, $$select api.get_case(null)$$), 'JCMIS', 'no case is found without an id: ' || c.name) from callers as c;

-- A missing court or organisation gives no access, and nor do another role's claims.
select is(reached(r, 'judge.one', 'BFC', 'la.one'), 'JCMIS', r || ' does not reach a case with another role''s claims')
from unnest('{CAFCASS_OFFICER,VAA_WORKER,ADOPTER}'::text[]) as r;
select is(reached('LA_SOCIAL_WORKER', 'judge.one', 'BFC', 'va.one'), 'JCMIS', 'a social worker does not reach a case linked to an agency');
select is(reached('JUDGE_LEGAL_ADVISER', 'cafcass.one', 'BFC', 'la.one'), 'JCMIS', 'a judge does not reach a case with another role''s claims');
select is(reached('HMCTS_CASE_OFFICER', 'judge.one', 'LDFC', 'la.one'), 'JCMIS', 'an officer does not reach a case with another role''s claims');
select is(reached('HMCTS_CASE_OFFICER', 'officer.one', null, null), 'JCMIS', 'an officer without a court reaches no case');
select is(reached('LA_SOCIAL_WORKER', 'nobody', null, null), 'JCMIS', 'a social worker without an authority reaches no case');
select is(reached('VAA_WORKER', 'nobody', null, null), 'JCMIS', 'an agency worker without an agency reaches no case');
select is(reached('JUDGE_LEGAL_ADVISER', 'Judge.one', null, null), 'JCMIS', 'a judge whose user id differs in case does not reach the judge''s cases');

-- The case.
select act_as('judge');
select is(c.case_record, r, 'the answer contains the case') from api.get_case(id_of('ours')) as c join core.case_records() as r on r.id = id_of('ours');
select is(c.history, array(select h from core.status_history(id_of('ours')) as h), 'the answer contains the history') from api.get_case(id_of('ours')) as c;
select is(row(h.from_status, h.to_status, h.changed_by)::text, '(APPLICATION,ON_HOLD,officer.one)', 'the history names who made each change')
from unnest((api.get_case(id_of('ours'))).history) as h;

select act_as('adopter');
select is((c.case_record).redacted, true, 'an adopter reads the case redacted') from api.get_case(id_of('ours')) as c;
select is(row(h.from_status, h.to_status, h.changed_by)::text, '(APPLICATION,ON_HOLD,)', 'an adopter''s history does not name who made a change')
from unnest((api.get_case(id_of('ours'))).history) as h;
select doesnt_match(
  api.get_case(id_of('ours'))::text, 'officer|judge|spouse|cafcass|social|la[.]one|va[.]one|notes|internal|comments|REF|reason', 'nothing that an adopter may not see is in the answer'
);

select * from finish();
rollback;
