\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as_dba();
insert into core.document_texts (document_id, content) values (document('clean'), 'what was read');
create function fixture.unrecorded() returns text language sql as $$
  select string_agg(n.name || ': ' || regexp_replace(u.problem, '[0-9a-f]{8}-[0-9a-f-]{27}', '#', 'g'), e'\n' order by n.name, u.problem)
  from audit.find_unrecorded('00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff') as u
  left join cases as n on n.id = u.case_id;
$$;
select is(unrecorded(), null, 'an unchanged database is as its trail says');
create table fixture.tampers (statement text primary key, problem text not null);
insert into fixture.tampers
values
  ($$update core.cases set status = 'ORDER_GRANTED' where id = id_of('ours')$$, 'ours: case # is not as its trail says: status'),
  ($$update core.cases set number_sequence = 99999, version = 9 where id = id_of('bare')$$, 'bare: case # is not as its trail says: caseNumber, version'),
  ($$update core.cases set deleted_at = null where id = id_of('deleted')$$, 'deleted: case # is not as its trail says: deletedAt'),
  ($$update core.case_details set notes = 'other' where case_id = id_of('theirs')$$, 'theirs: case # is not as its trail says: notes'),
  ($$delete from core.case_details where case_id = id_of('bare')$$, 'bare: case # is not as its trail says: '),
  ($$update core.documents set file_hash = hash_of('x') where id = document('clean')$$, 'ours: document # is not as its trail says: fileHash'),
  ($$update core.documents set deleted_at = null where id = document('removed')$$, 'ours: document # is not as its trail says: deletedAt'),
  ($$delete from core.documents where id = document('failed')$$, 'ours: document # is not as its trail says: '),
  ($$update core.document_texts set content = content || '!'$$, 'ours: document # is not as its trail says: textSha256'),
  ($$delete from core.document_texts$$, 'ours: document # is not as its trail says: textSha256'),
  ($$insert into core.document_texts (document_id, case_id, court_code, content) values (document('order'), id_of('ours'), 'BFC', '')$$, 'ours: document # is not as its trail says: textSha256'),
  ($$insert into core.document_removals (document_id) values (document('failed'))$$, 'ours: document # is not as its trail says: bytesRemoved'),
  ($$insert into core.document_downloads (document_id, downloaded_by, downloaded_at) values (document('clean'), 'x', now())$$, 'ours: document # downloaded: 1 times here, and 0 in its trail'),
  ($$update core.assignments set user_id = 'x' where case_id = id_of('theirs') and user_id = 'adopter.two'$$, 'theirs: assignment # made: adopter.two as APPLICANT: 0 times here, and 1 in its trail
theirs: assignment # made: x as'),
  ($$delete from core.assignments where case_id = id_of('theirs') and user_id = 'judge.two'$$, 'theirs: assignment # made: judge.two as'),
  ($$update core.assignments set revoked_at = now() where case_id = id_of('theirs') and user_id = 'judge.two'$$, 'theirs: assignment # revoked: judge.two as'),
  ($$update core.organisation_links set unlinked_at = now(), unlinked_by = 'x' where case_id = id_of('theirs') and organisation_id = 'la.two'$$, 'theirs: organisation unlinked: la.two as'),
  ($$delete from core.organisation_links where case_id = id_of('theirs') and organisation_id = 'la.two'$$, 'theirs: organisation linked: la.two as'),
  ($$insert into core.status_changes (case_id, court_code, from_status, to_status, changed_at) values (id_of('bare'), 'BFC', 'APPLICATION', 'DIRECTIONS', now())$$, 'bare: status changed to DIRECTIONS: 1 times here, and 0 in its trail'),
  ($$delete from audit.entries where action = 'ASSIGNMENT_CREATE' and case_id = id_of('theirs') and after ->> 'userId' = 'judge.two'$$, 'theirs: assignment # made: judge.two as');
create function fixture.found_after(p_statement text) returns text language plpgsql as $$
declare
  v_found text;
begin
  execute p_statement;
  v_found := unrecorded();
  raise exception using errcode = 'UNDO0', message = coalesce(v_found, 'nothing');
exception
  when sqlstate 'UNDO0' then
    return sqlerrm;
end;
$$;
set local session_replication_role = replica;
alter table core.cases disable trigger user;
alter table core.case_details disable trigger user;
alter table core.documents disable trigger user;
alter table core.document_texts disable trigger user;
alter table core.document_removals disable trigger user;
alter table core.document_downloads disable trigger user;
alter table core.assignments disable trigger user;
alter table core.organisation_links disable trigger user;
alter table core.status_changes disable trigger user;
alter table audit.entries disable trigger user;
select matches(found_after(t.statement), '^' || t.problem || '[^\n]*$', 'a change behind the back of the trail is found: ' || t.statement) from tampers as t;
select is(outcome(c.name, 'select audit.find_unrecorded(null, null)'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
