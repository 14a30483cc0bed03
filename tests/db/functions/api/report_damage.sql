\ir ../../fixtures.psql
\ir ../../documents.psql

select is(
  outcome(c.name, format('select api.report_damage(document(%L))', d.name)), outcome(c.name, format('select api.get_document(document(%L))', d.name)),
  format('all who can read a document can report its damage: %s, %s', d.name, c.name)
) from callers as c, documents as d;
select act_as('judge');
select is(moves(id_of('ours'), $$select api.report_damage(document('clean'))$$), '{0,1}', 'a report makes one entry and does not change the case');
select is(
  row(e.action, e.entity, e.entity_id, e.actor, e.before, e.after)::text,
  row('DOCUMENT_DOWNLOAD', 'document', document('clean'), 'judge.one', null, '{"foundDamaged": true}'::jsonb)::text, 'the damage is recorded with its actor'
) from latest_entry() as e;

select * from finish();
rollback;
