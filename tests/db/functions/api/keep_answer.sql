\ir ../../fixtures.psql
\ir ../../keys.psql

select act_as('officer');
select claim('a'), claim('b');
select is(
  api.keep_answer('a', row('x', 'CLOSED', null, null)::api.status_history_entry), row('x', 'CLOSED', null, null)::api.status_history_entry,
  'the answer is returned as it was given'
);
select is(
  (kept('a')).answer, '{"from_status": "x", "to_status": "CLOSED", "changed_at": null, "changed_by": null}'::jsonb, 'the answer is kept under its key'
);
select is(outcome($$select api.keep_answer('a', 'x'::text)$$), 'JCKEY', 'a key keeps only one answer');
select is((kept('b')).answer, null, 'an answer is not kept under another key');
select is(outcome($$select api.keep_answer('c', 'x'::text)$$), 'JCKEY', 'no answer is kept under a key that nobody has claimed');
select is(outcome($$select api.keep_answer(null, 'x'::text)$$), 'JCKEY', 'no answer is kept without a key');

select claim('n');
select is(api.keep_answer('n', null::api.status_change), null, 'an empty answer can be kept');
select is(outcome($$select claim('n')$$), 'JCMIS', 'a kept empty answer is known, so nothing is done twice, but it belongs to no case');

-- Reads no other keys, even with a plan made while there were few.
select act_as_dba();
analyze core.kept_answers;
select act_as('officer');
select is(scans('core.kept_answers', $$select api.keep_answer('b', 'x'::text)$$), 0::bigint, 'the key is looked up in the index');

-- As long as any answer may be.
select claim('large');
select is(outcome($$select api.keep_answer('large', repeat('x', 1048575))$$), 'JCVAL', 'an answer of more than 1 MiB is refused');
select is(outcome($$select api.keep_answer('large', repeat('x', 1048574))$$), 'ok', 'an answer of 1 MiB is kept');

-- Key owners.
select claim('c');
select is(outcome(c.name, $$select api.keep_answer('c', 'x'::text)$$), case c.name when 'officer' then 'ok' else 'JCKEY' end, 'only its owner can keep an answer under a key: ' || c.name)
from callers as c;
select act_as('JUDGE_LEGAL_ADVISER', 'officer.one', 'BFC', null);
select is(outcome($$select api.keep_answer('c', 'x'::text)$$), 'JCKEY', 'the same user in another role cannot keep an answer under the key');
select is((kept('c')).answer, null, 'an answer by another caller is not kept');
select act_as_server();
select is(outcome($$select api.keep_answer('c', 'x'::text)$$), '42501', 'the server may not call it without a caller');

select * from finish();
rollback;
