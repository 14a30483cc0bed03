\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as_dba();
insert into core.document_texts (document_id, content) values (document('clean'), 'what was read');
insert into core.document_downloads (document_id) values (document('clean'));
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
  ($$delete from core.case_details where case_id = id_of('bare')$$, e'bare: case # is not as its trail says: [^\n]*\nbare: created by officer.one: 0'),
  ($$update core.documents set file_hash = hash_of('x') where id = document('clean')$$, 'ours: document # is not as its trail says: fileHash'),
  ($$update core.documents set deleted_at = null where id = document('removed')$$, 'ours: document # is not as its trail says: deletedAt'),
  ($$delete from core.documents where id = document('failed')$$, e'ours: document # begun by agency.one: 0 times here, and 1 in its trail\nours: document # is not as its trail says: '),
  ($$update core.document_texts set content = content || '!'$$, 'ours: document # is not as its trail says: textSha256'),
  ($$delete from core.document_texts$$, 'ours: document # is not as its trail says: textSha256'),
  ($$insert into core.document_texts (document_id, case_id, court_code, content) values (document('order'), id_of('ours'), 'BFC', '')$$, 'ours: document # is not as its trail says: textSha256'),
  ($$insert into core.document_removals (document_id) values (document('failed'))$$, 'ours: document # is not as its trail says: bytesRemoved'),
  ($$insert into core.document_downloads (document_id, downloaded_by, downloaded_at) values (document('clean'), 'x', now())$$, 'ours: document # downloaded by x: 1 times here, and 0 in its trail'),
  ($$update core.assignments set user_id = 'x' where case_id = id_of('theirs') and user_id = 'adopter.two'$$, 'theirs: assignment # of adopter.two as APPLICANT made by officer.two: 0 times here, and 1 in its trail
theirs: assignment # of x as'),
  ($$delete from core.assignments where case_id = id_of('theirs') and user_id = 'judge.two'$$, 'theirs: assignment # of judge.two as JUDICIAL made by officer.two: 0'),
  ($$update core.assignments set revoked_at = now() where case_id = id_of('theirs') and user_id = 'judge.two'$$, 'theirs: assignment # of judge.two as JUDICIAL revoked by : 1 times here, and 0 in its trail'),
  ($$update core.organisation_links set unlinked_at = now(), unlinked_by = 'x' where case_id = id_of('theirs') and organisation_id = 'la.two'$$, 'theirs: organisation la.two as LOCAL_AUTHORITY unlinked by x: 1'),
  ($$delete from core.organisation_links where case_id = id_of('theirs') and organisation_id = 'la.two'$$, 'theirs: organisation la.two as LOCAL_AUTHORITY linked by officer.two: 0'),
  ($$insert into core.status_changes (case_id, court_code, from_status, to_status, changed_at) values (id_of('bare'), 'BFC', 'APPLICATION', 'DIRECTIONS', now())$$, 'bare: status changed to DIRECTIONS by : 1 times here, and 0 in its trail'),
  ($$delete from audit.entries where action = 'ASSIGNMENT_CREATE' and case_id = id_of('theirs') and after ->> 'userId' = 'judge.two'$$, 'theirs: assignment # of judge.two as JUDICIAL made by officer.two: 1 times here, and 0 in its trail'),
  -- Who did it.
  ($$update core.case_details set created_by = 'x' where case_id = id_of('bare')$$, e'bare: created by officer.one: 0 times here, and 1 in its trail\nbare: created by x: 1'),
  ($$update core.status_change_particulars set changed_by = 'x' where case_id = id_of('theirs')$$, e'theirs: status changed to ON_HOLD by officer.two: 0 times here, and 1 in its trail\ntheirs: status changed to ON_HOLD by x: 1'),
  ($$update core.documents set uploaded_by = 'x' where id = document('clean')$$, e'ours: document # begun by officer.one: 0 times here, and 1 in its trail\nours: document # begun by x: 1'),
  ($$update core.document_downloads set downloaded_by = 'x'$$, e'ours: document # downloaded by [a-z]+: 0 times here, and 1 in its trail\nours: document # downloaded by x: 1'),
  ($$update core.assignment_particulars as p set assigned_by = 'x' from core.assignments as a where a.id = p.assignment_id and a.case_id = id_of('theirs') and a.user_id = 'judge.two'$$, e'theirs: assignment # of judge.two as JUDICIAL made by officer.two: 0 times here, and 1 in its trail\ntheirs: assignment # of judge.two as JUDICIAL made by x: 1'),
  ($$update core.organisation_links set linked_by = 'x' where case_id = id_of('theirs') and organisation_id = 'la.two'$$, e'theirs: organisation la.two as LOCAL_AUTHORITY linked by officer.two: 0 times here, and 1 in its trail\ntheirs: organisation la.two as LOCAL_AUTHORITY linked by x: 1');
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
select disable_triggers();
select matches(found_after(t.statement), '^' || t.problem || '[^\n]*$', 'a change behind the back of the trail is found: ' || t.statement) from tampers as t;
select is(outcome(c.name, 'select audit.find_unrecorded(null, null)'), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
