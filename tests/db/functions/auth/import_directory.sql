\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_dba();
create function fixture.file() returns jsonb language sql as $$
  select '[
    {"line": 2, "userId": "una", "issuer": "https://idp.example", "subject": "una-subject", "name": "Una Renamed", "role": "HMCTS_CASE_OFFICER", "court": "Leeds Family Court"},
    {"line": 3, "userId": "max", "issuer": "https://idp.example", "subject": "max-subject", "name": "Max", "enabled": "false", "role": "VAA_WORKER", "organisationId": "va.one"},
    {"line": 4, "userId": "max", "role": "ADOPTER"},
    {"line": 5, "userId": "nora", "role": ""}
  ]'::jsonb;
$$;
create function fixture.differences(p_dry_run boolean) returns text[] language sql as $$
  select array(select concat_ws(' | ', d.line, d.action, d.user_id, d.detail) from auth.import_directory(file(), p_dry_run) as d);
$$;
create function fixture.differences_of(p_rows jsonb) returns text[] language sql as $$
  select array(select concat_ws(' | ', d.line, d.action, d.user_id, d.detail) from auth.import_directory(p_rows, false) as d);
$$;
select act_as_server();
select sign_in(1, claims('una'));
select act_as_registrar();
select everything() as before, differences(true) as differences \gset
select is(
  :'differences'::text[],
  '{
    2 | change user | una | name: Una Renamed,2 | add membership | una | HMCTS_CASE_OFFICER\, LDFC,3 | add user | max | Max\, disabled,
    3 | add membership | max | VAA_WORKER\, va.one,4 | add membership | max | ADOPTER,2 | end membership | una | HMCTS_CASE_OFFICER\, BFC
  }'::text[],
  'a dry run says what would change'
);
select is(everything(), :'before', 'a dry run changes nothing');
select ok(is_open(1), 'a dry run ends no session');
select is(differences(false), :'differences'::text[], 'the import makes the changes that the dry run named');
select is(differences(false), '{}', 'a second import changes nothing');
select is((select count(*) from auth.list_directory() as d where d.user_id = 'sara'), 3::bigint, 'a user who is not in the file stays');
select ok(not is_open(1), 'the session of an ended membership has ended');

select is(detail(format('select auth.import_directory(%L, false)', jsonb_build_array('{"line": 2, "userId": "nora"}'::jsonb, a.row::jsonb))), a.refused::jsonb, 'a wrong row is named by line and field: ' || a.row)
from (
  values
    ('{"line": 3, "userId": "new"}', '{"line": 3, "field": "issuer"}'),
    ('{"line": 3}', '{"line": 3, "field": "userId"}'),
    ('{"line": 3, "userId": "new", "issuer": "https://idp.example", "subject": "sara-subject", "name": "x"}', '{"line": 3, "field": "issuer"}'),
    ('{"line": 3, "userId": "una", "role": "nothing"}', '{"line": 3, "field": "role"}'),
    ('{"line": 3, "userId": "una", "role": "HMCTS_CASE_OFFICER"}', '{"line": 3, "field": "court"}'),
    ('{"line": 3, "userId": "una", "role": "HMCTS_CASE_OFFICER", "court": "Nowhere"}', '{"line": 3, "field": "court"}'),
    ('{"line": 3, "userId": "una", "role": "VAA_WORKER"}', '{"line": 3, "field": "organisationId"}'),
    ('{"line": 3, "userId": "una", "enabled": "perhaps"}', '{"line": 3, "field": "enabled"}'),
    ('{"line": 3, "userId": "una", "court": "Leeds Family Court"}', '{"line": 3, "field": "role"}'),
    ('{"line": 3, "userId": "una", "organisationId": "la.one"}', '{"line": 3, "field": "role"}')
) as a (row, refused);
select is(
  detail(format($$select auth.import_directory('[{"line": 2, "userId": " una", %1$s}, {"line": 3, "userId": "una"}, {"line": 4, "userId": "una", %2$s}]', false)$$, a.one, a.other)),
  jsonb_build_object('line', 4, 'field', a.field),
  a.field || ' of one user has two values'
)
from (
  values
    ('issuer', '"issuer": "https://idp.example"', '"issuer": "https://idp.other"'),
    ('subject', '"subject": "una-subject"', '"subject": "other"'),
    ('name', '"name": "Una"', '"name": "Una Again"'),
    ('enabled', '"enabled": "true"', '"enabled": "false"')
) as a (field, one, other);
select is(
  outcome($$select auth.import_directory('[{"line": 2, "userId": "una", "name": "Una"}, {"line": 3, "userId": "nora", "name": "Nora"}, {"line": 4, "userId": "una", "name": " Una "}]', true)$$),
  'ok',
  'the same value twice is accepted'
);
select act_as_dba();
create function fixture.version_of_una() returns text language sql security definer as $$ select u.xmin::text || u.ctid::text from auth.users as u where u.user_id = 'una'; $$;
select act_as_registrar();
select version_of_una() as version \gset
select is(differences_of('[{"line": 2, "userId": "una", "issuer": "https://idp.example", "name": "Una Renamed", "enabled": "true", "role": "HMCTS_CASE_OFFICER", "court": "LDFC"}]'), '{}', 'an unchanged user is imported without a change');
select is(version_of_una(), :'version', 'the row of an unchanged user is not written');
-- So small that the planner would read all of it, as at the start of a long file.
select act_as_dba();
analyze auth.users, auth.memberships;
create function fixture.whole_reads() returns bigint language sql security definer as $$
  select sum(t.seq_scan)::bigint from pg_stat_xact_user_tables as t where t.schemaname = 'auth' and t.relname in ('users', 'memberships');
$$;
select act_as_registrar();
select whole_reads() as reads \gset
select cmp_ok(cardinality(differences_of((
  select jsonb_agg(jsonb_build_object('line', n, 'userId', 'u' || n, 'issuer', 'i', 'subject', n, 'name', 'U', 'role', 'ADOPTER'))
  from generate_series(1, 20) as n
))), '=', 40, 'a file with twenty new users is imported');
select is(whole_reads(), :reads::bigint, 'users are looked up by an index, or a long file would take quadratic time');
select is(
  array(
    select d
    from unnest(differences_of(jsonb_build_array(jsonb_build_object('line', 2, 'userId', m.name, 'role', m.role, 'court', m.court, 'organisationId', m.organisation)))) as d
    where d ~ 'add'
  ),
  array[format('2 | add membership | %s | %s', m.name, concat_ws(', ', m.role, m.court, m.organisation))], 'a membership is added beside ' || m.than
)
from (
  values
    ('sara', 'LA_SOCIAL_WORKER', null, 'la.two', 'those in other organisations'), ('sara', 'VAA_WORKER', null, 'la.two', 'that in another role'),
    ('una', 'HMCTS_CASE_OFFICER', 'BFC', null, 'one that has ended')
) as m (name, role, court, organisation, than);
select is(outcome($$select auth.import_directory('[{"line": 3}]', false)$$), 'JCVAL', 'a row without a user is refused');
select act_as_dba();
create function fixture.tg_refuse() returns trigger language plpgsql as $$ begin raise exception using errcode = 'JCFIX'; end $$;
create trigger refuse before update on auth.users for each row execute function fixture.tg_refuse();
select act_as_registrar();
select is(outcome($$select auth.import_directory('[{"line": 2, "userId": "una", "name": "Una Again"}]', false)$$), 'JCFIX', 'an error of a trigger is passed on');
select is(outcome(c.name, 'select auth.import_directory(''[]'', true)'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
