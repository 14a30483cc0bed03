\ir ../../fixtures.psql

select act_as_server();
create temporary table looks as select auth.look_at_replication() as look;
select is(l.look -> 'is_standby', 'false', 'a primary says so') from looks as l;
select cmp_ok((l.look ->> 'written')::numeric, '>', 0::numeric, 'and where it is') from looks as l;
select is(l.look ->> 'standby_names', '', 'the awaited standbys') from looks as l;
select is(l.look -> 'standbys', '[]', 'and who follows it') from looks as l;
select is(l.look -> 'is_applied_first', 'false', 'commits wait for nobody to apply them') from looks as l;

set local synchronous_commit = remote_apply;
select is(auth.look_at_replication() -> 'is_applied_first', 'false', 'nor do others when a session says so of itself');

select act_as_dba();
select is(
  (select count(*) from pg_auth_members as m where m.member = 'casefile_owner'::regrole and m.roleid::regrole::text = 'pg_read_all_stats'),
  1::bigint, 'a group of the owner shows it the standbys'
);

select is(outcome(c.name, 'select auth.look_at_replication()'), '42501', 'not for ' || c.name) from callers as c;

select * from finish();
rollback;
