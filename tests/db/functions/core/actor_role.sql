\ir ../../fixtures.psql
\ir ../../documents.psql

select is(core.actor_role(), 'DATABASE', 'work done without the server has the role DATABASE');
create function fixture.role_of(p_caller text) returns text language sql as $$
  select act_as(p_caller);
  select core.actor_role();
$$;
select is(role_of(c.name), c.role, 'the actor role is the role of the caller: ' || c.name) from callers as c;
select act_as_worker();
select is(core.actor_role(), 'DOCUMENT_PROCESSOR', 'the worker has the role DOCUMENT_PROCESSOR');
select act_as_dba();
set local role casefile_owner;
select is(core.actor_role(), 'DATABASE', 'work as the owner has the role DATABASE');
set local casefile.role = 'document_processor';
select is(core.actor_role(), 'DATABASE', 'a setting does not change the actor role');

select * from finish();
rollback;
