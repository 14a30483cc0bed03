\ir ../../fixtures.psql

-- Setting a row back in time stands for waiting.
create function fixture.wait(p_interval interval) returns void language sql security definer as $$
  update auth.log_in_rates set paid_until = paid_until - p_interval;
$$;

select act_as_server();
select is(array(select auth.count_log_in('198.51.100.7', 3) from generate_series(1, 3)), '{null,null,null}', 'three begin');
select ok(auth.count_log_in('198.51.100.7', 3) between 19 and 20, 'the fourth waits for a third of a minute');
select is(auth.count_log_in('198.51.100.8', 3), null, 'another client does not');
select ok(auth.count_log_in('198.51.100.7', 3) between 19 and 20, 'and to be refused costs nothing');
select act_as_dba(), wait('19 seconds'), act_as_server();
select is(auth.count_log_in('198.51.100.7', 3), 1, 'a second is left');
select act_as_dba(), wait('1 second'), act_as_server();
select is(auth.count_log_in('198.51.100.7', 3), null, 'then one more may begin');
select ok(auth.count_log_in('198.51.100.7', 3) between 19 and 20, 'and no other');
select act_as_dba(), wait('1 day'), act_as_server();
select is(array(select auth.count_log_in('198.51.100.7', 3) from generate_series(1, 3)), '{null,null,null}', 'a day saves up no more than a minute');
select ok(auth.count_log_in('198.51.100.7', 3) > 0, 'of log-ins');
select ok(auth.count_log_in('198.51.100.7', 2) between 29 and 30, 'another limit counts on from there');
select is(outcome($$select auth.count_log_in(repeat('x', 101), 3)$$), '23514', 'no client has a longer name');

select is(outcome(c.name, $$select auth.count_log_in('x', 3)$$), '42501', 'not for ' || c.name) from callers as c;

select act_as_dba();
select is((select c.relpersistence from pg_class as c where c.oid = 'auth.log_in_rates'::regclass), 'u', 'no standby is waited for');

select * from finish();
rollback;
