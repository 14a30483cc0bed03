\ir ../fixtures.psql
\ir ../policies.psql

create table fixture.statements as
select v from unnest(array[
  'select from audit.anchors', 'delete from audit.anchors', 'truncate audit.anchors', 'insert into audit.anchors default values'
]) as v;
grant select on fixture.statements to public;
select is(array(select grants_on('audit.anchors')), '{}', 'no role has a grant on the table');
select is(array(select passes('audit.anchors', $$insert into audit.anchors (actor, taken_at, cases, root, digest, journals) values ('a', now(), 1, sha256(''), sha256(''), '{}')$$)), array[
  'casefile_owner: sees all, writes all'
], 'with every grant, the policies let exactly this pass');
select act_as_server();
select is(outcome(s.v), '42501', 'the server is refused: ' || s.v) from statements as s;
select is(tried(c.name, s.v), '42501', format('%s is refused: %s', c.name, s.v)) from six as c, statements as s;

select act_as_dba();
set local role casefile_owner;
select is((select count(*) from audit.anchors), 0::bigint, 'the owner reads the table');

select * from finish();
rollback;
