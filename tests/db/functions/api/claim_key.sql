\ir ../../fixtures.psql
\ir ../../keys.psql

-- A new key.
select act_as('officer');
select is(claim('a'), null, 'a new key has no answer');
select is(
  kept('a'),
  row('HMCTS_CASE_OFFICER', 'officer.one', 'a', 'BFC', null, sha256('request'), null, now() + interval '24 hours')::core.kept_answers,
  'a claimed key is kept for a day, with its caller and the digest of the request'
);
select is(claim('a', 'other'), null, 'a key without an answer counts as new');
select is((kept('a')).request_sha256, sha256('other'), 'a key that is claimed again belongs to the new request');
select is(claim('b'), null, 'another key is new as well');
select is(outcome($$select claim('c'), 1 / 0$$), '22012', 'a statement fails after claiming a key');
select is((kept('c')).key, null, 'a failed statement frees its key');

-- A known one.
select claim('a');
select api.keep_answer('a', answer('the answer'));
select is(claim('a'), answer('the answer'), 'the same request gets the answer');
select is(claim('a'), answer('the answer'), 'the same request gets the answer every time');
select is(outcome($$select claim('a', 'other')$$), 'JCKEY', 'another request under the same key is refused');
select is(claim('b'), null, 'another key has no answer');
select claim('d'), api.keep_answer('d', answer('another answer'));
select is(claim('d'), answer('another answer'), 'another key has its own answer');

select act_as_dba();
create temp table before as select everything() as digest;
select act_as('HMCTS_CASE_OFFICER', 'officer.one', 'LDFC', null);
select is(outcome($$select claim('a')$$), 'JCKEY', 'the same user in another court is refused');
select act_as('HMCTS_CASE_OFFICER', 'officer.one', null, null);
select is(outcome($$select claim('a')$$), 'JCKEY', 'the same user without a court is refused');
select act_as('HMCTS_CASE_OFFICER', 'officer.one', 'BFC', 'la.one');
select is(outcome($$select claim('a')$$), 'JCKEY', 'the same user with an organisation is refused');
select act_as_dba();
select is(everything(), digest, 'refusals change nothing') from before;

-- Each caller has keys of its own.
select is(claim_by(c.name, 'a'), null, c.name || ' has its own keys') from callers as c where c.name <> 'officer';
select act_as('JUDGE_LEGAL_ADVISER', 'officer.one', 'BFC', null);
select is(claim('a'), null, 'the same name in another role is another user');
select act_as('HMCTS_CASE_OFFICER', 'Officer.one', 'BFC', null);
select is(claim('a'), null, 'a name in other letters is another user');
select is(claim_by('officer', 'a'), answer('the answer'), 'the first user still gets the answer');

-- An organisation is compared like a court.
select act_as('agency');
select claim('a'), api.keep_answer('a', answer('to an agency'));
select is(claim('a'), answer('to an agency'), 'a worker of the same organisation gets the answer');
select act_as('VAA_WORKER', 'agency.one', null, 'va.two');
select is(outcome($$select claim('a')$$), 'JCKEY', 'the same user of another organisation is refused');

-- A caller who no longer reaches the case gets no answer of any type.
select act_as_dba();
create table fixture.kinds as
select k.kind, k.answer
from (
  values
    ('case', jsonb_build_object('id', id_of('theirs'))), ('case_id', jsonb_build_object('id', id_of('ours'), 'case_id', id_of('theirs'))),
    ('status', jsonb_build_object('case_record', jsonb_build_object('id', id_of('theirs')))),
    ('deleted', jsonb_build_object('id', id_of('deleted'))), ('nothing', '"x"'), ('null', 'null')
) as k (kind, answer);
grant select on fixture.kinds to public;
select act_as('officer');
select claim(k.kind), api.keep_answer(k.kind, k.answer) from kinds as k;
select is(outcome(format('select claim(%L)', k.kind)), 'JCMIS', 'an answer about a case out of reach is not given: ' || k.kind) from kinds as k;
select is(outcome(format('select claim(%L, %L)', k.kind, 'other')), 'JCKEY', 'a key with an answer about a case out of reach stays taken: ' || k.kind) from kinds as k;

-- An expired one.
select act_as('officer');
select set_expiry('a', now() + interval '1 microsecond');
select is(claim('a'), answer('the answer'), 'a key has its answer until it expires');
select set_expiry('a', now());
select act_as('HMCTS_CASE_OFFICER', 'officer.one', 'LDFC', 'la.one');
select is(claim('a', 'other'), null, 'an expired key counts as new for any request');
select is(
  kept('a'),
  row('HMCTS_CASE_OFFICER', 'officer.one', 'a', 'LDFC', 'la.one', sha256('other'), null, now() + interval '24 hours')::core.kept_answers,
  'an expired key is claimed for another day'
);

-- Bad keys.
select act_as('adopter');
select is(outcome(format('select api.claim_key(%s)', a.arguments)), a.code, 'key and digest: ' || a.arguments)
from (
  values
    ('repeat(''é'', 255), sha256('''')', 'ok'), ('repeat(''x'', 256), sha256('''')', '23514'), (''''', sha256('''')', '23514'),
    ('null, sha256('''')', '23502'), ('''x'', null', '23502'), ('''x'', ''\x00''', '23514')
) as a (arguments, code);

-- All six roles.
select is(outcome(c.name, 'select claim(''z'')'), 'ok', c.name || ' may') from callers as c;
select act_as_server();
select is(outcome('select claim(''z'')'), '42501', 'the server may not claim keys itself');
select act_as_dba();
select is(outcome('select claim(''z'')'), '23502', 'a key cannot be claimed without a caller');
set local role casefile_caller;
select is(outcome('select claim(''z'')'), '23502', 'a key cannot be claimed without one of the six roles');

-- Reads no other keys, even with a plan made while there were few.
select act_as_dba();
truncate core.kept_answers;
select act_as('officer');
select claim('a'), api.keep_answer('a', answer('x'));
select act_as_dba();
analyze core.kept_answers;
select act_as('officer');
select is(scans('core.kept_answers', $$select claim('a') from generate_series(1, 10)$$), 0::bigint, 'the key is looked up in the index');

select * from finish();
rollback;
