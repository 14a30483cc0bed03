\ir ../../fixtures.psql

-- Setting a row back in time stands for waiting.
create function fixture.wait(p_interval interval) returns void language sql security definer as $$
  update auth.log_in_rates set paid_until = paid_until - p_interval;
$$;

select act_as_server();
select is(array(select auth.count_log_in('198.51.100.7', 3) from generate_series(1, 3)), '{null,null,null}', 'three log-ins may begin at once');
select ok(auth.count_log_in('198.51.100.7', 3) between 19 and 20, 'the fourth log-in waits for a third of a minute');
select is(auth.count_log_in('198.51.100.8', 3), null, 'another client does not wait');
select ok(auth.count_log_in('198.51.100.7', 3) between 19 and 20, 'a refused log-in does not count');
select act_as_dba(), wait('19 seconds'), act_as_server();
select is(auth.count_log_in('198.51.100.7', 3), 1, 'after 19 seconds, one second is left to wait');
select act_as_dba(), wait('1 second'), act_as_server();
select is(auth.count_log_in('198.51.100.7', 3), null, 'after 20 seconds, one more log-in may begin');
select ok(auth.count_log_in('198.51.100.7', 3) between 19 and 20, 'after that one, no other may begin');
select act_as_dba(), wait('1 day'), act_as_server();
select is(array(select auth.count_log_in('198.51.100.7', 3) from generate_series(1, 3)), '{null,null,null}', 'after a day, no more than a minute''s log-ins are saved up');
select ok(auth.count_log_in('198.51.100.7', 3) > 0, 'the log-in after those of a minute is refused');
select ok(auth.count_log_in('198.51.100.7', 2) between 29 and 30, 'another limit continues from the same count');
select is(outcome($$select auth.count_log_in(repeat('x', 101), 3)$$), '23514', 'a client''s name of more than 100 characters is refused');

select is(outcome(c.name, $$select auth.count_log_in('x', 3)$$), '42501', 'this function may not be called by ' || c.name) from callers as c;

select act_as_dba();
select is((select c.relpersistence from pg_class as c where c.oid = 'auth.log_in_rates'::regclass), 'u', 'the table is unlogged, so that a log-in waits for no standby');

select * from finish();
rollback;
