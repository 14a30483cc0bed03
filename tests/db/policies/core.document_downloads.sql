\ir ../fixtures.psql
\ir ../policies.psql
\ir ../documents.psql

select is(array(select grants_on('core.document_downloads')), array['insert document_id, found_damaged: all, casefile_professional'], 'exactly these grants exist');
insert into core.document_downloads (document_id) select d.id from documents as d;
select is(array(select passes('core.document_downloads')), array[
  'officer: writes 9',
  'judge, cafcass, social_worker, assigned_social_worker, agency: writes 7',
  'adopter: writes 2',
  'other_officer, other_judge, other_cafcass, other_social_worker, other_agency: writes 1'
], 'with every grant, the policies let exactly this pass');
create temp table before as select everything() as digest;
select is(tried(s.name, v), '42501', format('%s is refused: %s', s.name, v))
from six as s, unnest(array[
  'select from core.document_downloads', 'update core.document_downloads set downloaded_by = ''x''', 'delete from core.document_downloads',
  'truncate core.document_downloads', 'insert into core.document_downloads (document_id, downloaded_by) values (document(''order''), ''x'')',
  'insert into core.document_downloads (document_id, downloaded_at) values (document(''order''), now())',
  'insert into core.document_downloads (document_id) values (document(''order'')) returning id'
]) as v;

-- A download of a hidden document is not recorded.
select is(tried(c.name, format('insert into core.document_downloads (document_id) values (document(%L))', d.name)), '42501', format('a download of a document out of reach is refused: %s, %s', d.name, c.name))
from callers as c, documents as d
where case
  when c.name = 'officer' then d.name = 'foreign' when c.name = 'adopter' then d.name not in ('passport', 'begun') when c.role = 'ADOPTER' then true
  when c.name ~ 'other' then d.name <> 'foreign' else d.name in ('foreign', 'removed', 'buried')
end;
select act_as_server();
select is(outcome('insert into core.document_downloads (document_id) values (document(''order''))'), '42501', 'the server may not record a download');
select act_as_worker();
select is(outcome(v), '42501', 'the worker is refused: ' || v)
from unnest('{select from core.document_downloads,insert into core.document_downloads (document_id) values (document(''order''))}'::text[]) as v;
select act_as_dba();
select is(everything(), digest, 'the refused statements change nothing') from before;

select is(tried('adopter', 'insert into core.document_downloads (document_id) values (document(''passport''))'), '1', 'an adopter may record a download of an own document');

select * from finish();
rollback;
