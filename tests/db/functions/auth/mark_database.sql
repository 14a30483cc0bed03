\ir ../../fixtures.psql
\ir ../../directory.psql

-- The template of these tests is already marked, and has cases.
select act_as_dba();
set local role casefile_owner;
select is(outcome($$select auth.mark_database('LOCAL')$$), 'JCFIX', 'a database with cases cannot be marked');
reset role;
select is((select k.kind from auth.database_kind as k), 'TEST', 'the template of the tests is marked TEST');
select is(outcome(v), 'JCAPP', 'the mark cannot be changed: ' || v)
from unnest(array['update auth.database_kind set kind = ''PROD''', 'delete from auth.database_kind', 'truncate auth.database_kind']) as v;
select is(outcome($$insert into auth.database_kind (kind) values ('LOCAL')$$), '23505', 'there is at most one mark');

create function fixture.mark(p_kind text) returns void language plpgsql as $$
begin
  alter table auth.database_kind disable trigger tg_database_kind__refuse_change;
  delete from auth.database_kind;
  alter table auth.database_kind enable always trigger tg_database_kind__refuse_change;
  insert into auth.database_kind (kind) select p_kind where p_kind is not null;
end;
$$;
create function fixture.mock_in(p_kind text) returns text language plpgsql as $$
begin
  perform fixture.act_as_dba();
  perform fixture.mark(p_kind);
  perform fixture.act_as_server();
  return fixture.outcome($s$select auth.log_in(sha256('x'), null, 'u', 'ADOPTER')$s$);
end;
$$;
select is(mock_in(k.kind), k.outcome, 'the mock in a database that is ' || coalesce(k.kind, 'not marked'))
from (values ('PROD', 'JCMOC'), ('DEV', 'JCMOC'), (null, 'JCMOC'), ('LOCAL', 'ok'), ('TEST', 'ok')) as k (kind, outcome);

select act_as_dba();
select mark(null);
set local role casefile_owner;
select is(outcome($$select auth.mark_database('LOCAL')$$), 'JCFIX', 'a database without a mark cannot be marked once it has cases');
reset role;
create function fixture.mark_without_cases(p_kind text) returns text language plpgsql as $$
begin
  perform fixture.mark(p_kind);
  return fixture.outcome($s$
    alter table core.cases rename to cases_aside;
    create table core.cases ();
    alter table core.cases owner to casefile_owner;
    set local role casefile_owner;
    select auth.mark_database('LOCAL');
  $s$);
end;
$$;
select is(mark_without_cases(k.kind), k.outcome, 'a database without cases that is ' || coalesce(k.kind, 'not marked'))
from (values (null, 'ok'), ('TEST', 'JCFIX')) as k (kind, outcome);
select is(outcome($$insert into auth.database_kind (kind) values ('OTHER')$$), '23514', 'another kind is refused');
select is(outcome(c.name, 'select auth.mark_database(''LOCAL'')'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
