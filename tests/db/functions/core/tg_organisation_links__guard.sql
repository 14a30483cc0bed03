\ir ../../fixtures.psql

select act_as('officer');
select is(l.linked_by, 'officer.one', 'a link records who made it') from core.organisation_links as l where l.case_id = id_of('ours') and l.organisation_id = 'la.one';

select act_as_dba();
insert into core.organisation_links
  (id, case_id, organisation_id, organisation_type, linked_at, linked_by, unlinked_at, unlinked_by)
values
  ('00000000-0000-7000-8000-0000000000a1', id_of('bare'), 'a', 'LOCAL_AUTHORITY', '2000-01-01', 'somebody', '2000-01-01', 'somebody');
select is(
  row(l.linked_at, l.linked_by, l.unlinked_at, l.unlinked_by)::text, row(now(), session_user, null, null)::text,
  'a link begins now, by the current user, and has not ended'
) from core.organisation_links as l where l.organisation_id = 'a';
insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), 'b', 'LOCAL_AUTHORITY');
select isnt(l.id, null, 'an id is generated if none is given') from core.organisation_links as l where l.organisation_id = 'b';

select throws_ok(
  format('update core.organisation_links set %s where organisation_id = %L', c, 'a'),
  'JCFIX', null, 'a link cannot be changed: ' || c
)
from unnest('{
  id = core.new_id(), case_id = fixture.id_of(''ours''), organisation_id = ''z'', organisation_type = ''VOLUNTARY_AGENCY'',
  linked_at = now() - interval ''1 s'', linked_by = ''z'', linked_by = linked_by
}'::text[]) as c;
select is(outcome(format('update core.organisation_links set unlinked_at = now(), %s where organisation_id = %L', c, 'a')), 'JCFIX', 'a link cannot be changed together with its end: ' || c)
from unnest('{
  id = core.new_id(), case_id = fixture.id_of(''ours''), organisation_id = ''z'', organisation_type = ''VOLUNTARY_AGENCY'',
  linked_at = now() - interval ''1 s'', linked_by = ''z'', court_code = ''LDFC''
}'::text[]) as c;
select is(
  outcome($$
    insert into core.organisation_links (case_id, organisation_id, organisation_type) values (id_of('bare'), e'a\u202Eb', 'LOCAL_AUTHORITY')
  $$), 'JCVAL', 'an organisation id with an invisible character is refused'
);

select act_as('officer');
update core.organisation_links set unlinked_at = 'infinity' where case_id = id_of('bare') and organisation_id = 'a';
select is(l.unlinked_by, 'officer.one', 'the end of a link records who ended it') from core.organisation_links as l where l.organisation_id = 'a';
select ok(l.unlinked_at between l.linked_at and clock_timestamp(), 'the end of a link has the current time, not the stated one')
from core.organisation_links as l where l.organisation_id = 'a';
select throws_ok($$update core.organisation_links set unlinked_at = now() where organisation_id = 'a'$$, 'JCFIX', null, 'a link cannot be ended twice');
select throws_ok($$update core.organisation_links set unlinked_at = null where organisation_id = 'a'$$, 'JCFIX', null, 'the end of a link cannot be undone');

select act_as_dba();
set local session_replication_role = replica;
select throws_ok(
  $$update core.organisation_links set linked_by = 'z' where organisation_id = 'b'$$,
  'JCFIX', null, 'the trigger also fires with session_replication_role = replica'
);

select * from finish();
rollback;
