\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.document_texts')), array[
  'select *: all', 'insert document_id, content: document_processor'
], 'the grants');

-- Only readers of the document may read its text.
insert into core.document_texts (document_id, content) select d.id, d.name from documents as d;
select is(array(select passes('core.document_texts')), array[
  'officer: sees 9',
  'judge, cafcass, social_worker, assigned_social_worker, agency: sees 7',
  'adopter: sees 2',
  'other_officer, other_judge, other_cafcass, other_social_worker, other_agency: sees 1',
  'document_processor: writes all'
], 'access by its policies');
select is(
  seen(c.name, 'select t.content from core.document_texts as t'),
  seen(c.name, 'select n.name from core.documents as d join fixture.documents as n on n.id = d.id'), 'seen by ' || c.name
) from callers as c;
select is(seen('adopter', 'select t.content from core.document_texts as t'), 'begun passport', 'an adopter, its own');
select is(seen(n, 'select t.content from core.document_texts as t'), '', n) from unnest('{spouse,other_adopter}'::text[]) as n;
select is(seen('judge', 'select t.content from core.document_texts as t where t.content ~ ''removed|foreign|buried'''), '', 'nothing that is gone, or of others');
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is_empty('select from core.document_texts', 'none for the callers'' group');
select act_as_server();
select throws_ok('select from core.document_texts', '42501', null, 'nor for the server');
select act_as_worker();
select throws_ok('select from core.document_texts', '42501', null, 'nor for the worker, which writes them');

select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.document_texts (document_id, content) values (document(''begun''), ''x'')', 'update core.document_texts set content = ''x''',
  'delete from core.document_texts', 'truncate core.document_texts'
]) as v;
select act_as_worker();
select is(outcome(v), '42501', 'the worker: ' || v)
from unnest('{update core.document_texts set content = ''x'',delete from core.document_texts,truncate core.document_texts}'::text[]) as v;
select is(outcome('insert into core.document_texts (document_id, content) values (document(''order''), ''x'')'), 'JCLEA', 'a document that it has not claimed');
select act_as_dba();
select is(everything(), digest, 'none of it changed anything') from before;

select * from finish();
rollback;
