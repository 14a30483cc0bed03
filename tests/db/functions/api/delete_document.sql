\ir ../../fixtures.psql
\ir ../../documents.psql

select is(outcome(c.name, $$select api.delete_document(document('passport'))$$), case when c.role <> 'HMCTS_CASE_OFFICER' then '42501' when c.name = 'officer' then 'ok' else 'JCMIS' end, 'only an officer of the court may delete a document: ' || c.name)
from callers as c;
select act_as('officer');
select is(outcome(format('select api.delete_document(document(%L))', d.name)), case when d.name in ('foreign', 'buried', 'removed', 'begun', 'failed') then 'JCMIS' else 'ok' end, 'an officer may delete a complete document of the court: ' || d.name)
from documents as d;
select is(outcome(format('select api.delete_document(%s)', i)), 'JCMIS', 'it is not found: ' || i) from unnest('{core.new_id(),"null",id_of(''ours'')}'::text[]) as i;

select is(moves(id_of('ours'), $$select api.delete_document(document('passport'))$$), '{0,1}', 'deleting a document makes one entry and does not change the case');
select is(outcome($$select api.delete_document(document('passport'))$$), 'JCMIS', 'a document cannot be deleted twice');
select ok((document_row('passport')).deleted_at > now(), 'a deleted document keeps its row');
select is(
  row(e.action, e.entity, e.entity_id, e.actor, e.before, (e.after ->> 'deletedAt') is not null)::text,
  row('DOCUMENT_DELETE', 'document', document('passport'), 'officer.one', '{"deletedAt": null}'::jsonb, true)::text, 'the deletion is recorded with its actor and time'
) from latest_entry() as e;

-- It is out of reach.
select is(outcome(n, format('select api.%s(document(''passport''))', o)), 'JCMIS', format('a deleted document is out of reach: %s, %s', o, n))
from unnest('{officer,judge,cafcass,social_worker,agency,adopter}'::text[]) as n, unnest('{get_document,download_document}'::text[]) as o;
select act_as_dba();
create function fixture.listed(p_caller text) returns bigint language sql as $$
  select fixture.act_as(p_caller);
  select count(*)
  from unnest((api.list_documents(fixture.id_of('ours'))).documents || api.list_document_versions(fixture.id_of('ours'), 'passport.png')) as l
  where l.filename = 'passport.png';
$$;
select is(listed(n), 0::bigint, 'a deleted document is not listed for ' || n) from unnest('{officer,judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select act_as_dba();
select new_case_in('granted', 'ORDER_GRANTED');
select act_as('officer');
select upload('late', 'late.pdf', 'granted');
select is(outcome($$select api.delete_document(document('late'))$$), 'ok', 'a terminal case may still be worked on');

-- A caller may lose the document while it waits for the lock. Here, a trigger stops the update instead.
select act_as_dba();
create function fixture.tg_skip() returns trigger language plpgsql as $$ begin return null; end $$;
create trigger a_skip before update on core.documents for each row execute function fixture.tg_skip();
select is(outcome('officer', $$select api.delete_document(document('late'))$$), 'JCMIS', 'a document that is lost while waiting for the lock is not found');

select * from finish();
rollback;
