\ir ../../fixtures.psql
\ir ../../documents.psql

select is(core.actor_role(), 'DATABASE', 'work done past the server');
create function fixture.role_of(p_caller text) returns text language sql as $$
  select act_as(p_caller);
  select core.actor_role();
$$;
select is(role_of(c.name), c.role, c.name) from callers as c;
select act_as_worker();
select is(core.actor_role(), 'DOCUMENT_PROCESSOR', 'the worker');
select act_as_dba();
set local role casefile_owner;
select is(core.actor_role(), 'DATABASE', 'the owner at work');
set local casefile.role = 'document_processor';
select is(core.actor_role(), 'DATABASE', 'a setting is no role');

select * from finish();
rollback;
