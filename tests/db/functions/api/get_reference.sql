\ir ../../fixtures.psql

select act_as_server();
create temporary table reference as select (api.get_reference()).*;

select is(r.case_types[1:2], '{AGENCY_ADOPTION,STEP_PARENT_ADOPTION}', 'it lists the types of cases') from reference as r;
select is(
  array(select s.value from unnest(r.statuses) with ordinality as s order by s.ordinality),
  '{APPLICATION,DIRECTIONS,CONSENT_AND_REPORTING,FINAL_HEARING,ORDER_GRANTED,APPLICATION_REFUSED,APPLICATION_WITHDRAWN,ON_HOLD,ADJOURNED}',
  'it lists the statuses in the order of a case''s life'
) from reference as r;
select is(
  array(select s.value from unnest(r.statuses) as s where s.is_outcome order by 1),
  '{APPLICATION_REFUSED,APPLICATION_WITHDRAWN,ORDER_GRANTED}', 'no status follows an outcome'
) from reference as r;
select is(t.*::text, '(FINAL_HEARING,ORDER_GRANTED,{JUDGE_LEGAL_ADVISER},f)', 'a judge grants the order')
from reference as r, unnest(r.transitions) as t where t.from_status = 'FINAL_HEARING' and t.to_status = 'ORDER_GRANTED';
select is(t.reason_required, true, 'a withdrawal needs a reason')
from reference as r, unnest(r.transitions) as t where t.from_status = 'APPLICATION' and t.to_status = 'APPLICATION_WITHDRAWN';
select is(r.roles, '{HMCTS_CASE_OFFICER,JUDGE_LEGAL_ADVISER,CAFCASS_OFFICER,LA_SOCIAL_WORKER,VAA_WORKER,ADOPTER}', 'it lists the roles') from reference as r;
select is(r.assignment_types, '{JUDICIAL,CAFCASS,SOCIAL_WORKER,APPLICANT}', 'it lists the types of assignments') from reference as r;
select is(r.organisation_types, '{LOCAL_AUTHORITY,VOLUNTARY_AGENCY}', 'it lists the types of organisations') from reference as r;
select is(
  array(select t.value from unnest(r.document_types) as t where t.description_required), '{other}', 'only the type other needs a description'
) from reference as r;
select is(f.*::text, '(png,image/png,20971520)', 'it lists the types of files with their limits')
from reference as r, unnest(r.file_types) as f where f.extension = 'png';

select act_as_dba();
select is(
  array(select t.from_status || '-' || t.to_status from unnest((api.get_reference()).transitions) with ordinality as t order by t.ordinality),
  array(select t.from_status || '-' || t.to_status from core.status_transitions as t order by t.from_status, t.to_status), 'it lists every transition'
);
select is(
  array(select t.value from unnest((api.get_reference()).document_types) with ordinality as t order by t.ordinality),
  array(select t.value from core.document_types as t order by t.place), 'it lists the types of documents in the order of a form'
);
select is(
  array(select f.extension from unnest((api.get_reference()).file_types) with ordinality as f order by f.ordinality),
  array(select f.extension from core.file_types as f order by f.extension), 'it lists every type of file'
);
select is(outcome(c.name, 'select api.get_reference()'), '42501', 'only the server may call it, not ' || c.name) from callers as c;

select * from finish();
rollback;
