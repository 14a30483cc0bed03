\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.document_texts')), array[
  'select *: all', 'insert document_id, content: document_processor'
], 'exactly these grants exist');

-- Only readers of the document may read its text.
insert into core.document_texts (document_id, content) select d.id, d.name from documents as d;
select is(array(select passes('core.document_texts')), array[
  'officer: sees 9',
  'judge, cafcass, social_worker, assigned_social_worker, agency: sees 7',
  'adopter: sees 2',
  'other_officer, other_judge, other_cafcass, other_social_worker, other_agency: sees 1',
  'document_processor: writes all'
], 'with every grant, the policies let exactly this pass');
select is(
  seen(c.name, 'select t.content from core.document_texts as t'),
  seen(c.name, 'select n.name from core.documents as d join fixture.documents as n on n.id = d.id'), 'exactly the rows within reach are seen by ' || c.name
) from callers as c;
select is(seen('adopter', 'select t.content from core.document_texts as t'), 'begun passport', 'an adopter sees the texts of own documents');
select is(seen(n, 'select t.content from core.document_texts as t'), '', 'this user sees no texts: ' || n) from unnest('{spouse,other_adopter}'::text[]) as n;
select is(seen('judge', 'select t.content from core.document_texts as t where t.content ~ ''removed|foreign|buried'''), '', 'a judge sees no text that was deleted or belongs to another case');
select act_as('casefile_caller', 'officer.one', 'BFC', null);
select is_empty('select from core.document_texts', 'the role that all callers share sees nothing');
select act_as_server();
select throws_ok('select from core.document_texts', '42501', null, 'the server may not read the table');
select act_as_worker();
select throws_ok('select from core.document_texts', '42501', null, 'the worker, which writes texts, may not read them');

select act_as_dba();
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'insert into core.document_texts (document_id, content) values (document(''begun''), ''x'')', 'update core.document_texts set content = ''x''',
  'delete from core.document_texts', 'truncate core.document_texts'
]) as v;
select act_as_worker();
select is(outcome(v), '42501', 'the worker is refused: ' || v)
from unnest('{update core.document_texts set content = ''x'',delete from core.document_texts,truncate core.document_texts}'::text[]) as v;
select is(outcome('insert into core.document_texts (document_id, content) values (document(''order''), ''x'')'), 'JCLEA', 'the worker may not write the text of a document that it has not claimed');
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select * from finish();
rollback;
