\ir ../../fixtures.psql
\ir ../../keys.psql

-- tests/db/functions/api/claim_key.sql tests its decisions.
create function fixture.taken(p_request text) returns boolean language sql as $$ select core.take_key('a', sha256(convert_to(p_request, 'UTF8'))) $$;
select act_as('officer');
select ok(taken('x'), 'a new key');
select ok(taken('y'), 'nothing was kept under it');
select api.keep_answer('a', answer('x'));
select ok(not taken('y'), 'this request has its answer');
select is(outcome($$select taken('x')$$), 'JCKEY', 'another request');
select act_as_server();
select is(outcome($$select taken('x')$$), '42501', 'not for the server');

select * from finish();
rollback;
