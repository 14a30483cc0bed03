\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_registrar();
select is(outcome(format('select auth.add_membership(%s)', a.arguments)), a.code, a.what)
from (
  values
    ('''nora'', ''HMCTS_CASE_OFFICER'', ''Leeds Family Court'', null', 'ok', 'a membership of an officer may name the court'),
    ('''nora'', ''HMCTS_CASE_OFFICER'', ''LDFC'', null', 'ok', 'a membership of an officer may have the court''s code'),
    ('''nora'', ''HMCTS_CASE_OFFICER'', null, null', '23514', 'an officer needs a court'),
    ('''nora'', ''HMCTS_CASE_OFFICER'', ''LDFC'', ''la.one''', '23514', 'an officer cannot have an organisation'),
    ('''nora'', ''HMCTS_CASE_OFFICER'', ''Nowhere'', null', 'JCVAL', 'an unknown court is refused'),
    ('''nora'', ''VAA_WORKER'', null, ''va.one''', 'ok', 'a membership of an agency worker has an organisation'),
    ('''nora'', ''VAA_WORKER'', null, '' ''', '23514', 'an agency worker needs an organisation'),
    ('''nora'', ''LA_SOCIAL_WORKER'', null, null', 'ok', 'a social worker may have no organisation'),
    ('''nora'', ''ADOPTER'', null, ''la.one''', '23514', 'an adopter cannot have an organisation'),
    ('''nora'', ''nothing'', null, null', 'JCVAL', 'an unknown role is refused'),
    ('''nobody'', ''ADOPTER'', null, null', '23503', 'an unknown user is refused'),
    ('''una'', ''HMCTS_CASE_OFFICER'', ''BFC'', null', '23505', 'a membership that the user already has is refused')
) as a (arguments, code, what);
select auth.add_membership('nora', 'ADOPTER', null, null);
select is((select d.user_role from auth.list_directory() as d where d.user_id = 'nora'), 'ADOPTER', 'the directory lists the membership');
select matches(last_change(), '^rita_registrar membership .* t$', 'the new membership is recorded');

select * from finish();
rollback;
