\ir ../../fixtures.psql

create function fixture.role_of(p_role text) returns text language sql as $$
  select act_as(p_role, 'u', 'BFC', null);
  select core.caller_role()::text;
$$;

select is(core.caller_role(), null, 'a superuser has no caller role');

select act_as_server();
select is(current_setting('role'), 'none', 'the server begins without a role');

select act_as('officer');
select is(core.caller_role(), 'HMCTS_CASE_OFFICER', 'the role of an officer is recognised');
select act_as('judge');
select is(core.caller_role(), 'JUDGE_LEGAL_ADVISER', 'the role of a judge is recognised');
select act_as('cafcass');
select is(core.caller_role(), 'CAFCASS_OFFICER', 'the role of a Cafcass officer is recognised');
select act_as('social_worker');
select is(core.caller_role(), 'LA_SOCIAL_WORKER', 'the role of a social worker is recognised');
select act_as('agency');
select is(core.caller_role(), 'VAA_WORKER', 'the role of an agency worker is recognised');
select act_as('adopter');
select is(core.caller_role(), 'ADOPTER', 'the role of an adopter is recognised');

select is(role_of(r), r, 'the caller role of each database role: ' || r) from unnest(enum_range(null::core.user_role)::text[]) as r;

select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is(core.caller_role(), null, 'the common role is not a caller role');

select act_as_dba();
set local role document_processor;
select is(core.caller_role(), null, 'the worker''s role is not a caller role');

select * from finish();
rollback;
