\ir ../fixtures.psql
\ir ../policies.psql
\ir ../directory.psql

select act_as_dba();
select is(array(select grants_on('auth.log_in_rates')), '{}', 'no role has a grant on the table');
select auth.count_log_in('192.0.2.0/24', 5);
select is(array(select passes('auth.log_in_rates')), array[
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');

select act_as_server();
select is(outcome(v), '42501', 'the server is refused: ' || v)
from unnest(array['select from auth.log_in_rates', 'update auth.log_in_rates set paid_until = now()', 'delete from auth.log_in_rates', 'truncate auth.log_in_rates', 'insert into auth.log_in_rates default values']) as v;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array['select from auth.log_in_rates', 'update auth.log_in_rates set paid_until = now()', 'delete from auth.log_in_rates', 'insert into auth.log_in_rates default values']) as v;
select act_as_registrar();
select is(outcome(v), '42501', 'a registrar is refused: ' || v)
from unnest(array['select from auth.log_in_rates', 'update auth.log_in_rates set paid_until = now()', 'delete from auth.log_in_rates', 'truncate auth.log_in_rates', 'insert into auth.log_in_rates default values']) as v;

select * from finish();
rollback;
