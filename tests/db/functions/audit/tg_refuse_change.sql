\ir ../../fixtures.psql

create table fixture.attempts as
select t.name || ': ' || v.verb as what, format(v.statement, t.name, t.any_column) as statement
from (
  values
    ('audit.entries', 'actor'), ('core.status_changes', 'changed_at'),
    ('core.status_change_particulars', 'reason'), ('core.case_details', 'notes'), ('core.document_downloads', 'downloaded_by'),
    ('core.document_texts', 'content'), ('core.document_removals', 'removed_at'),
    -- These change, by their rules, but are never removed.
    ('audit.chains', null), ('core.cases', null), ('core.assignments', null), ('core.assignment_particulars', null), ('core.organisation_links', null),
    ('core.documents', null)
) as t (name, any_column),
(
  values
    ('update', 'update %1$s set %2$s = %2$s'), ('update of nothing', 'update %1$s set %2$s = %2$s where false'),
    ('delete', 'delete from %1$s'), ('delete of nothing', 'delete from %1$s where false'), ('truncate', 'truncate %1$s cascade')
) as v (verb, statement)
where t.any_column is not null or v.verb !~ 'update';
grant select on fixture.attempts to public;
select is((select count(*) from attempts), 53::bigint, 'there are 53 attempts: on seven append-only tables, and on six whose rows stay');

select is(outcome(a.statement), 'JCAPP', 'a superuser is refused: ' || a.what) from attempts as a;

set local session_replication_role = replica;
select is(outcome(a.statement), 'JCAPP', 'a superuser with session_replication_role = replica is refused: ' || a.what) from attempts as a;
set local session_replication_role = origin;

set local role casefile_owner;
select is(outcome(a.statement), 'JCAPP', 'the owner is refused: ' || a.what) from attempts as a;
reset role;

select is(outcome(n, a.statement), '42501', n || ' is refused: ' || a.what)
from attempts as a, unnest('{officer,judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select act_as_server();
select is(outcome(a.statement), '42501', 'the server''s login is refused: ' || a.what) from attempts as a;

select act_as_dba();
set local session authorization casefile_worker;
set local role document_processor;
select is(outcome(a.statement), '42501', 'the worker is refused: ' || a.what) from attempts as a;

select * from finish();
rollback;
