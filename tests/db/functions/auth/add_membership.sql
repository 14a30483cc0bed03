\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_registrar();
select is(outcome(format('select auth.add_membership(%s)', a.arguments)), a.code, a.what)
from (
  values
    ('''nora'', ''HMCTS_CASE_OFFICER'', ''Leeds Family Court'', null', 'ok', 'an officer of a court'),
    ('''nora'', ''HMCTS_CASE_OFFICER'', ''LDFC'', null', 'ok', 'by its code'),
    ('''nora'', ''HMCTS_CASE_OFFICER'', null, null', '23514', 'not without'),
    ('''nora'', ''HMCTS_CASE_OFFICER'', ''LDFC'', ''la.one''', '23514', 'nor with an organisation'),
    ('''nora'', ''HMCTS_CASE_OFFICER'', ''Nowhere'', null', 'JCVAL', 'an unknown court'),
    ('''nora'', ''VAA_WORKER'', null, ''va.one''', 'ok', 'a worker of an agency'),
    ('''nora'', ''VAA_WORKER'', null, '' ''', '23514', 'not without'),
    ('''nora'', ''LA_SOCIAL_WORKER'', null, null', 'ok', 'a social worker may have none'),
    ('''nora'', ''ADOPTER'', null, ''la.one''', '23514', 'an adopter has none'),
    ('''nora'', ''nothing'', null, null', 'JCVAL', 'no role'),
    ('''nobody'', ''ADOPTER'', null, null', '23503', 'no user'),
    ('''una'', ''HMCTS_CASE_OFFICER'', ''BFC'', null', '23505', 'a duplicate')
) as a (arguments, code, what);
select auth.add_membership('nora', 'ADOPTER', null, null);
select is((select d.user_role from auth.list_directory() as d where d.user_id = 'nora'), 'ADOPTER', 'it is listed');
select matches(last_change(), '^rita_registrar membership .* t$', 'and recorded');

select * from finish();
rollback;
