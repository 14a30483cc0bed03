\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql
\ir ../keys.psql

select is(array(select grants_on('core.kept_answers')), '{}', 'no grants');

select claim_by('officer', 'mine');
select act_as('officer');
select api.keep_answer('mine', api.update_case(id_of('ours'), 2, '{"notes": "for the court alone"}'));
select act_as_dba();
create temp table before as select everything() as digest;
create table fixture.statements as
select s from unnest(array[
  'select from core.kept_answers', 'select answer from core.kept_answers where user_id = ''officer.one''', 'delete from core.kept_answers', 'truncate core.kept_answers',
  'insert into core.kept_answers (user_role, user_id, key, request_sha256) values (''ADOPTER'', ''adopter.one'', ''x'', sha256(''''))',
  'insert into core.kept_answers (user_role, user_id, key, request_sha256) values (''ADOPTER'', ''adopter.one'', ''x'', sha256('''')) on conflict do nothing',
  'update core.kept_answers set answer = null', 'update core.kept_answers set user_id = ''adopter.one''', 'select from core.kept_answers for update',
  'lock table core.kept_answers in access share mode'
]) as s;
grant select on fixture.statements to public;
select is(tried(c.name, v.s), '42501', format('%s: %s', c.name, v.s)) from six as c, statements as v;
select act_as_server();
select is(outcome(v.s), '42501', 'the server: ' || v.s) from statements as v;
select act_as_worker();
select is(outcome(v.s), '42501', 'the worker: ' || v.s) from statements as v;
select act_as_dba();
select is(everything(), digest, 'all of which has changed nothing') from before;
set local role casefile_owner;
select is((select k.answer ->> 'notes' from core.kept_answers as k), 'for the court alone', 'the owner sees and moves them, for its functions');

select * from finish();
rollback;
