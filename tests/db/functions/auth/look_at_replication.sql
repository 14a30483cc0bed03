\ir ../../fixtures.psql

select act_as_server();
create temporary table looks as select auth.look_at_replication() as look;
select is(l.look -> 'is_standby', 'false', 'a primary says that it is one') from looks as l;
select cmp_ok((l.look ->> 'written')::numeric, '>', 0::numeric, 'a primary says how far it has written') from looks as l;
select is(l.look ->> 'standby_names', '', 'it names the standbys that commits wait for') from looks as l;
select is(l.look -> 'standbys', '[]', 'it names the standbys that follow') from looks as l;
select is(l.look -> 'is_applied_first', 'false', 'by default, commits do not wait until standbys apply them') from looks as l;

set local synchronous_commit = remote_apply;
select is(auth.look_at_replication() -> 'is_applied_first', 'false', 'a setting of one session does not count');

select act_as_dba();
select is(
  (select count(*) from pg_auth_members as m where m.member = 'casefile_owner'::regrole and m.roleid::regrole::text = 'pg_read_all_stats'),
  1::bigint, 'the owner is in the group that may see standbys'
);

select is(outcome(c.name, 'select auth.look_at_replication()'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
