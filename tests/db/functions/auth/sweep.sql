\ir ../../fixtures.psql
\ir ../../sessions.psql

-- The remaining ones of sessions s1 to s6 and answers a1 to a6.
select act_as_dba();
delete from auth.sessions;
insert into auth.sessions (token_sha256, user_id, username, user_role, expires_at, kind, ends_at)
select token(n), 's' || n, 's' || n, 'ADOPTER', now() + interval '1 minute', 'mock', now() + interval '12 hours' from generate_series(1, 6) as n;
insert into core.kept_answers (user_role, user_id, key, request_sha256, answer)
select 'ADOPTER', 'a' || n, 'key', sha256(''), '{}' from generate_series(1, 6) as n;
create function fixture.left_over() returns text language sql security definer as $$
  select string_agg(e.user_id, ' ' order by e.user_id)
  from (select user_id from auth.sessions union all select user_id from core.kept_answers) as e;
$$;
create function fixture.expire(p_ago interval, p_session integer, p_answer integer) returns void language sql security definer as $$
  update auth.sessions set expires_at = now() - p_ago where user_id = 's' || p_session;
  update core.kept_answers set expires_at = now() - p_ago where user_id = 'a' || p_answer;
$$;

select act_as_server();
select is(auth.sweep(10), 0, 'a sweep removes nothing while nothing has expired');
select expire('0', 1, null), expire('-1 microsecond', 2, 2);
select is(auth.sweep(10), 1, 'one expired session is removed');
select is(left_over(), 'a1 a2 a3 a4 a5 a6 s2 s3 s4 s5 s6', 'only the expired session is gone');
select expire('0', null, 1);
select is(auth.sweep(10), 1, 'one expired answer is removed');
select is(left_over(), 'a2 a3 a4 a5 a6 s2 s3 s4 s5 s6', 'only the expired answer is gone');

-- In batches, the oldest first.
select expire('1 day', 5, 3), expire('3 days', 4, 4), expire('2 days', 3, 5);
select is(auth.sweep(0), 0, 'a batch of none removes nothing');
select is(auth.sweep(2), 2, 'a batch of two removes two of each');
select is(left_over(), 'a2 a3 a6 s2 s5 s6', 'the batch removes the oldest');
select is(auth.sweep(2), 1, 'the next batch removes the rest');
select is(auth.sweep(2), 0, 'a later batch removes nothing');
select is(left_over(), 'a2 a6 s2 s6', 'what has not expired stays');
select expire('1 s', 6, 6), expire('1 s', null, 2);
select is(auth.sweep(10), 2, 'the larger of the two numbers is returned');

-- Audit rows that are kept for two years, oldest first.
select act_as_dba();
alter table audit.refusals disable trigger user;
alter table auth.sign_ins disable trigger user;
truncate audit.refusals, auth.sign_ins;
alter table audit.refusals enable always trigger tg_refusals__keep_two_years;
alter table auth.sign_ins enable always trigger tg_sign_ins__keep_two_years;
insert into audit.refusals (operation, user_id, user_role, reason, occurred_at)
select 'x', 'r' || n, 'x', 'x', now() - interval '2 years' + (n - 4) * interval '1 hour' from generate_series(1, 6) as n;
insert into auth.sign_ins (kind, outcome, user_id, occurred_at)
select 'mock', 'OPENED', 'i' || n, now() - interval '2 years' + (n - 3) * interval '1 hour' from generate_series(1, 6) as n;
create function fixture.kept_on() returns text language sql security definer as $$
  select string_agg(e.user_id, ' ' order by e.user_id)
  from (select user_id from audit.refusals union all select user_id from auth.sign_ins) as e where e.user_id ~ '^[ri]\d$';
$$;
select audit.seal_journal(j.journal::audit.journal, 1) from generate_series(1, 9) as n, unnest('{audit.refusals,auth.sign_ins}'::text[]) as j (journal);
select act_as_server();
select is(auth.sweep(2), 0, 'no audit row is removed before an anchor has it');
select act_as_dba();
select audit.record_anchor(now(), 0, sha256(''), sha256(''), '{audit.refusals,auth.sign_ins}', '{9,9}');
select act_as_server();
select is(auth.sweep(2), 2, 'a batch of two removes two refusals and two sign-ins');
select is(kept_on(), 'i3 i4 i5 i6 r3 r4 r5 r6', 'the batch removes the oldest audit rows');
select is(auth.sweep(2), 1, 'the next batch removes the rest');
select is(kept_on(), 'i3 i4 i5 i6 r4 r5 r6', 'audit rows that are younger than two years stay');
select is(auth.sweep(2), 0, 'a later batch removes no audit rows');

-- Counts of log-ins that have run out.
select act_as_dba();
insert into auth.log_in_rates (client, paid_until) values ('paid', now()), ('owing', now() + interval '1 second'), ('long paid', now() - interval '1 hour');
select act_as_server();
select is(auth.sweep(1), 1, 'a batch of one removes one count of log-ins');
select is(auth.sweep(10), 1, 'the next batch removes the other paid count');
select act_as_dba();
select is(array(select r.client from auth.log_in_rates as r), '{owing}', 'a count that still owes time stays');

select is(outcome(c.name, 'select auth.sweep(10)'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
