\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as('social_worker');
select is(moves(id_of('ours'), $$insert into core.document_downloads (document_id) values (document('clean'))$$), '{0,1}', 'a download makes one entry');
select is(
  row(e.case_id, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after, e.request_id, e.client_address)::text,
  row(
    id_of('ours'), 'document', document('clean'), 'DOCUMENT_DOWNLOAD', 'colleague.one', 'LA_SOCIAL_WORKER', null, null,
    '00000000-0000-4000-8000-000000000001', '192.0.2.1'
  )::text, 'the entry has the user, the document and the address'
) from latest_entry() as e;
select is(
  moves(id_of('ours'), $$insert into core.document_downloads (document_id, found_damaged) values (document('clean'), true)$$), '{0,1}', 'a download that finds damage makes one entry'
);
select is(row(e.action, e.after)::text, row('DOCUMENT_DOWNLOAD', '{"foundDamaged": true}'::jsonb)::text, 'the entry of damage says so') from latest_entry() as e;
select act_as_dba();
select is(moves(id_of('theirs'), $$insert into core.document_downloads (document_id) values (document('foreign'))$$), '{0,1}', 'an entry belongs to the case of its document');
select is(row(e.actor, e.actor_role)::text, row(session_user, 'DATABASE')::text, 'a download recorded without the server has the login as its actor') from latest_entry() as e;
set local session_replication_role = replica;
select is(
  moves(id_of('ours'), $$insert into core.document_downloads (document_id) values (document('clean')), (document('order'))$$), '{0,2}',
  'the trigger also fires in a session with session_replication_role = replica'
);
select is_empty('select audit.find_broken_chains()', 'every chain is whole');

select * from finish();
rollback;
