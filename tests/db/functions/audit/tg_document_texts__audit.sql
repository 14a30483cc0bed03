\ir ../../fixtures.psql
\ir ../../documents.psql

select act_as_dba();
select is(moves(id_of('ours'), $$insert into core.document_texts (document_id, content) values (document('order'), 'what é was read')$$), '{0,1}', 'a text makes one entry');
select is(
  row(e.case_id, e.entity, e.entity_id, e.action, e.actor, e.actor_role, e.before, e.after)::text,
  row(
    id_of('ours'), 'document', document('order'), 'DOCUMENT_STATUS', session_user, 'DATABASE', null,
    jsonb_build_object('textSha256', hash_of('what é was read'))
  )::text, 'the entry has the actor and the digest of the text'
) from latest_entry() as e;
select is_empty('select audit.find_broken_chains()', 'every chain is whole');

select * from finish();
rollback;
