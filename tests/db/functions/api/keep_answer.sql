\ir ../../fixtures.psql
\ir ../../keys.psql

select act_as('officer');
select claim('a'), claim('b');
select is(
  api.keep_answer('a', row('x', 'CLOSED', null, null)::api.status_history_entry), row('x', 'CLOSED', null, null)::api.status_history_entry,
  'an answer, as it was given'
);
select is(
  (kept('a')).answer, '{"from_status": "x", "to_status": "CLOSED", "changed_at": null, "changed_by": null}'::jsonb, 'is kept'
);
select is(outcome($$select api.keep_answer('a', 'x'::text)$$), 'JCKEY', 'once');
select is((kept('b')).answer, null, 'and under no other key');
select is(outcome($$select api.keep_answer('c', 'x'::text)$$), 'JCKEY', 'nor under one that nobody has claimed');
select is(outcome($$select api.keep_answer(null, 'x'::text)$$), 'JCKEY', 'nor without a key');

select claim('n');
select is(api.keep_answer('n', null::api.status_change), null, 'even an empty one');
select is(outcome($$select claim('n')$$), 'JCMIS', 'is known, so that nothing is done twice, and tells of no case');

-- Reads no other keys, even with a plan made while there were few.
select act_as_dba();
analyze core.kept_answers;
select act_as('officer');
select is(scans('core.kept_answers', $$select api.keep_answer('b', 'x'::text)$$), 0::bigint, 'looked up in the index');

-- As long as any answer may be.
select claim('large');
select is(outcome($$select api.keep_answer('large', repeat('x', 1048575))$$), 'JCVAL', 'too large');
select is(outcome($$select api.keep_answer('large', repeat('x', 1048574))$$), 'ok', '1 MiB');

-- Key owners.
select claim('c');
select is(outcome(c.name, $$select api.keep_answer('c', 'x'::text)$$), case c.name when 'officer' then 'ok' else 'JCKEY' end, c.name)
from callers as c;
select act_as('JUDGE_LEGAL_ADVISER', 'officer.one', 'BFC', null);
select is(outcome($$select api.keep_answer('c', 'x'::text)$$), 'JCKEY', 'the same user in another role');
select is((kept('c')).answer, null, 'nothing is kept by others');
select act_as_server();
select is(outcome($$select api.keep_answer('c', 'x'::text)$$), '42501', 'not the server');

select * from finish();
rollback;
