\ir ../../fixtures.psql
\ir ../../documents.psql

-- Reach of documents.
select is(
  outcome(c.name, format('select api.get_document(document(%L))', d.name)),
  case
    when d.name in ('removed', 'buried', 'begun', 'failed') then 'JCMIS'
    when c.name = 'adopter' then case d.name when 'passport' then 'ok' else 'JCMIS' end
    when c.role = 'ADOPTER' then 'JCMIS'
    when d.name = 'foreign' then case when c.name ~ 'other' then 'ok' else 'JCMIS' end
    when c.name ~ 'other' then 'JCMIS'
    else 'ok'
  end,
  format('exactly the callers who may see a document reach it: %s, %s', d.name, c.name)
) from callers as c, documents as d;
select is(outcome(c.name, format('select api.get_document(%s)', i)), 'JCMIS', format('it is not found: %s, %s', i, c.name))
from callers as c, unnest('{core.new_id(),"null",id_of(''ours'')}'::text[]) as i;

select act_as('adopter');
select is(api.get_document(document('passport')), d, 'the answer contains the details of the document') from core.document_records() as d where d.id = document('passport');
select is(moves(id_of('ours'), $$select api.get_document(document('passport'))$$), '{0,0}', 'reading a document changes nothing');

-- It ends with its source.
select act_as('officer');
select api.revoke_assignment(id_of('ours'), a.id) from core.assignments as a
where a.case_id = id_of('ours') and a.user_id in ('adopter.one', 'judge.one', 'cafcass.one');
select is(outcome(n, format('select api.get_document(document(%L))', d)), 'JCMIS', 'a document is out of reach after the assignment has ended: ' || n)
from (values ('adopter', 'passport'), ('judge', 'order'), ('cafcass', 'report')) as v (n, d);
select act_as('officer');
select api.delete_case(id_of('ours'));
select is(outcome(c.name, format('select api.get_document(document(%L))', d)), 'JCMIS', format('the documents of a deleted case are out of reach: %s, %s', d, c.name))
from callers as c, unnest('{order,passport,report}'::text[]) as d;

select * from finish();
rollback;
