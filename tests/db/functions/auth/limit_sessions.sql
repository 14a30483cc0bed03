\ir ../../fixtures.psql
\ir ../../sessions.psql

-- 25 sessions of a user, 25 in another role, and 25 of another user.
select act_as_dba();
insert into auth.sessions (token_sha256, user_id, username, user_role, expires_at, kind, ends_at)
select token(u.first + n), u.user_id, u.user_id, u.user_role, now() + n * interval '1 minute', 'mock', now() + interval '12 hours'
from generate_series(1, 25) as n,
  (values (100, 'much', 'ADOPTER'::core.user_role), (200, 'much', 'VAA_WORKER'), (300, 'other', 'ADOPTER')) as u (first, user_id, user_role);
create function fixture.sessions_of(p_user_id text) returns text language sql security definer as $$
  select string_agg(concat(left(s.user_role::text, 1), s.count), ' ' order by s.user_role)
  from (select user_role, count(*) from auth.sessions where user_id = p_user_id group by user_role) as s;
$$;

set local role casefile_owner;
select auth.limit_sessions('much', 'ADOPTER');
reset role;
select is(sessions_of('much'), 'V25 A19', 'room is made for one more session of this user in this role');
select is(
  array(select n from generate_series(1, 25) as n where remaining(token(100 + n)) is null order by n), '{1,2,3,4,5,6}', 'the sessions that would expire first end'
);
select is(sessions_of('other'), 'A25', 'the sessions of other users stay');
set local role casefile_owner;
create temp table before as select md5(string_agg(s::text, '' order by s.token_sha256)) as digest from auth.sessions as s;
select auth.limit_sessions('much', 'ADOPTER');
select auth.limit_sessions('officer.one', 'HMCTS_CASE_OFFICER');
select auth.limit_sessions('nobody', 'ADOPTER');
select is(md5(string_agg(s::text, '' order by s.token_sha256)), (select digest from before), 'where there is room, no session ends') from auth.sessions as s;
reset role;

-- Sessions without a role count separately.
insert into auth.sessions (token_sha256, user_id, username, issuer, subject, expires_at, kind, ends_at)
select token(400 + n), 'much', 'much', 'i', 's', now() + n * interval '1 minute', 'cookie', now() + interval '12 hours' from generate_series(1, 25) as n;
set local role casefile_owner;
select auth.limit_sessions('much', null);
reset role;
select is((select count(*) from auth.sessions where user_id = 'much' and user_role is null), 19::bigint, 'sessions without a role are limited separately');
select is(sessions_of('much'), 'V25 A19 19', 'sessions without a role take no room from others');

-- Reads only the user's sessions, even with a plan made while the table was empty.
truncate auth.sessions;
analyze auth.sessions;
set local role casefile_owner;
select is(scans('auth.sessions_user_id_user_role_idx', 'select auth.limit_sessions(''nobody'', ''ADOPTER'') from generate_series(1, 10)'), 10::bigint, 'the sessions are looked up in their index');
reset role;

select is(outcome(c.name, 'select auth.limit_sessions(''much'', ''ADOPTER'')'), '42501', 'this function may not be called by ' || c.name) from callers as c;
select act_as_server();
select is(outcome('select auth.limit_sessions(''much'', null)'), '42501', 'the server may not call it except through a login');

select * from finish();
rollback;
