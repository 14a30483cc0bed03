\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as('social_worker');
select is(moves(id_of('ours'), $$insert into core.document_downloads (document_id) values (document('clean'))$$), '{0,1}', 'one entry');
select is(
  row(e.case_id, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after, e.request_id, e.client_address)::text,
  row(
    id_of('ours'), 'document', document('clean'), 'DOCUMENT_DOWNLOAD', 'colleague.one', 'LA_SOCIAL_WORKER', null, null,
    '00000000-0000-4000-8000-000000000001', '192.0.2.1'
  )::text, 'user, document, address'
) from latest_entry() as e;
select is(
  moves(id_of('ours'), $$insert into core.document_downloads (document_id, found_damaged) values (document('clean'), true)$$), '{0,1}', 'one that failed'
);
select is(row(e.action, e.after)::text, row('DOCUMENT_DOWNLOAD', '{"foundDamaged": true}'::jsonb)::text, 'says so') from latest_entry() as e;
select act_as_dba();
select is(moves(id_of('theirs'), $$insert into core.document_downloads (document_id) values (document('foreign'))$$), '{0,1}', 'in its own case');
select is(row(e.actor, e.actor_role)::text, row(session_user, 'DATABASE')::text, 'past the server, as well') from latest_entry() as e;
set local session_replication_role = replica;
select is(
  moves(id_of('ours'), $$insert into core.document_downloads (document_id) values (document('clean')), (document('order'))$$), '{0,2}',
  'in a replica''s session, too'
);
select is_empty('select audit.find_broken_chains()', 'every chain is whole');

select * from finish();
rollback;
