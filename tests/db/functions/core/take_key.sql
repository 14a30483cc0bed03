\ir ../../fixtures.psql
\ir ../../keys.psql

-- tests/db/functions/api/claim_key.sql tests its decisions.
create function fixture.taken(p_request text) returns boolean language sql as $$ select core.take_key('a', sha256(convert_to(p_request, 'UTF8'))) $$;
select act_as('officer');
select ok(taken('x'), 'a new key has no answer');
select ok(taken('y'), 'a claimed key without an answer has none');
select api.keep_answer('a', answer('x'));
select ok(not taken('y'), 'a key with an answer has it for the same request');
select is(outcome($$select taken('x')$$), 'JCKEY', 'another request under the same key is refused');
select act_as_server();
select is(outcome($$select taken('x')$$), '42501', 'the server may not call it without a caller');

select * from finish();
rollback;
