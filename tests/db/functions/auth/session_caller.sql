\ir ../../fixtures.psql
\ir ../../sessions.psql

select act_as_dba();
select is(
  auth.session_caller(s), row('officer.one', 'officer.one', 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)::api.caller, 'an officer is shown with the court'
) from auth.sessions as s where s.token_sha256 = token(1);
select is(auth.session_caller(s), row('colleague.one', 'colleague.one', 'LA_SOCIAL_WORKER', null, 'la.one')::api.caller, 'a social worker is shown with the organisation')
from auth.sessions as s where s.token_sha256 = token(2);

select * from finish();
rollback;
