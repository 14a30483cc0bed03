\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql
\ir ../keys.psql

select is(array(select grants_on('core.kept_answers')), '{select *: all}', 'every caller''s role may read the table');

select claim_by('officer', 'mine');
select act_as('officer');
select api.keep_answer('mine', api.update_case(id_of('ours'), 2, '{"notes": "for the court alone"}'));
select act_as_dba();
insert into core.kept_answers (user_role, user_id, key, request_sha256, answer)
select r, u, n, sha256(''), jsonb_build_object('id', id_of(n))
from unnest('{HMCTS_CASE_OFFICER,LA_SOCIAL_WORKER}'::core.user_role[]) as r, unnest('{officer.one,colleague.one}'::text[]) as u,
  unnest('{ours,theirs,deleted}'::text[]) as n;
select is(array(select passes('core.kept_answers')), array[
  'officer: sees 2',
  'social_worker: sees 1',
  'casefile_owner: sees all, changes all, into all, deletes all, writes all'
], 'with every grant, the policies let exactly this pass');
delete from core.kept_answers where key <> 'mine';
select act_as_dba();
create temp table before as select everything() as digest;
create table fixture.statements as
select s from unnest(array[
  'delete from core.kept_answers', 'truncate core.kept_answers',
  'insert into core.kept_answers (user_role, user_id, key, request_sha256) values (''ADOPTER'', ''adopter.one'', ''x'', sha256(''''))',
  'insert into core.kept_answers (user_role, user_id, key, request_sha256) values (''ADOPTER'', ''adopter.one'', ''x'', sha256('''')) on conflict do nothing',
  'update core.kept_answers set answer = null', 'update core.kept_answers set user_id = ''adopter.one''', 'select from core.kept_answers for update'
]) as s;
grant select on fixture.statements to public;
select is(tried(c.name, v.s), '42501', format('%s is refused: %s', c.name, v.s)) from six as c, statements as v;
select act_as_server();
select is(outcome(v.s), '42501', 'the server is refused: ' || v.s) from statements as v;
select act_as_worker();
select is(outcome(v.s), '42501', 'the worker is refused: ' || v.s) from statements as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

-- Its own answers, of cases that it reaches now.
create function fixture.seen() returns bigint language sql as $$ select count(*) from core.kept_answers $$;
select is(seen(), case c.name when 'officer' then 1 else 0 end::bigint, 'only its owner sees a kept answer: ' || c.name) from callers as c, act_as(c.name);
select is(seen(), 0::bigint, 'the same user in another role sees no kept answer') from act_as('JUDGE_LEGAL_ADVISER', 'officer.one', 'BFC', null);
select is(seen(), 0::bigint, 'the same user of another court sees no kept answer') from act_as('HMCTS_CASE_OFFICER', 'officer.one', 'LDFC', null);
select act_as_server();
select is(outcome('select from core.kept_answers'), '42501', 'the server may not read the table');
select act_as_worker();
select is(outcome('select from core.kept_answers'), '42501', 'the worker may not read the table');
select act_as('officer');
select is(outcome($$select api.delete_case(id_of('ours'))$$), 'ok', 'an officer deletes the case');
select api.delete_case(id_of('ours'));
select is(seen(), 0::bigint, 'the answer about a deleted case is not seen');
select act_as_dba();
set local role casefile_owner;
select is((select k.answer ->> 'notes' from core.kept_answers as k), 'for the court alone', 'the owner sees the rows');

select * from finish();
rollback;
