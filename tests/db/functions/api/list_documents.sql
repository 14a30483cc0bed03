\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.names(p_documents api.document[]) returns text language sql as $$
  select coalesce(string_agg(n.name, ' ' order by d.ordinality), '')
  from unnest(p_documents) with ordinality as d join documents as n on n.id = d.id;
$$;
create function fixture.listed(p_caller text, p_arguments text) returns text language plpgsql as $$
declare
  v_page api.document_page;
begin
  perform fixture.act_as(p_caller);
  execute format('select p.* from api.list_documents(%s) as p', p_arguments) into v_page;
  return fixture.names(v_page.documents) || ' of ' || (v_page.pagination).total;
exception
  when others then
    return sqlstate;
end;
$$;
select set_document(d.name, format('uploaded_at = timestamptz ''2026-01-01'' + %s * interval ''1 h''', d.place))
from unnest('{order,clean,infected,removed,report,failed,passport,begun,foreign}'::text[]) with ordinality as d (name, place);

-- Visible rows.
select is(
  listed(c.name, format('id_of(%L)', n)),
  case
    when c.name = 'officer' and n = 'bare' then ' of 0'
    when n = 'theirs' and c.name ~ 'other' then case c.role when 'ADOPTER' then ' of 0' else 'foreign of 1' end
    when n <> 'ours' or c.name ~ 'other' then 'JCMIS'
    when c.name = 'adopter' then 'passport of 1'
    when c.name = 'spouse' then ' of 0'
    else 'passport report infected clean order of 5'
  end,
  format('exactly the visible documents are listed: %s, %s', n, c.name)
) from callers as c, unnest('{ours,theirs,bare,deleted,nowhere}'::text[]) as n;

-- Filters.
select set_document('clean', 'document_type = ''photographs''');
select set_document('passport', 'ocr_status = ''complete''');
select is(listed('judge', 'id_of(''ours''), ' || a.arguments), a.found, 'documents are filtered: ' || a.arguments)
from (
  values
    ('''photographs''', 'clean of 1'), ('''court-order''', 'passport report infected order of 4'), ('''other''', ' of 0'), ('null, ''complete''', 'passport of 1'),
    ('null, ''not-applicable''', 'clean of 1'), ('null, ''pending''', 'report infected order of 3'), ('null, ''processing''', ' of 0'),
    ('null, null, ''cafcass.one''', 'report of 1'), ('null, null, ''Cafcass.one''', ' of 0'), ('null, null, ''officer.two''', ' of 0'),
    ('''court-order'', ''pending'', ''officer.one''', 'infected order of 2'), ('''unknown''', 'JCVAL'), ('null, ''unknown''', 'JCVAL'), ('null, null, repeat(''x'', 101)', 'JCVAL'), ('null, ''Pending''', 'JCVAL'),
    ('''photographs'', ''complete''', ' of 0')
) as a (arguments, found);
select is(listed('adopter', 'id_of(''ours''), null, null, ''officer.one'''), ' of 0', 'an adopter who filters by another uploader finds nothing');
select is(listed('other_officer', 'id_of(''ours''), ''unknown'''), 'JCMIS', 'a case out of reach is reported before a wrong filter');
select act_as('judge');
select is(detail(format('select api.list_documents(id_of(''ours''), %s)', a.arguments)), jsonb_build_object('field', a.field), 'the error names the parameter: ' || a.field)
from (values ('''x''', 'documentType'), ('null, ''x''', 'ocrStatus'), ('p_page => 0', 'page'), ('p_page_size => 101', 'pageSize'), ('p_page_size => 0', 'pageSize')) as a (arguments, field);

-- Pages.
select is(listed('judge', 'id_of(''ours''), p_page => ' || p || ', p_page_size => 2'), found, 'pages of two give the whole list: page ' || p)
from (values ('1', 'passport report of 5'), ('2', 'infected clean of 5'), ('3', 'order of 5'), ('4', ' of 5'), ('2147483647', ' of 5')) as v (p, found);
select act_as('judge');
select is((api.list_documents(id_of('ours'), p_page => 2, p_page_size => 2)).pagination, row(5, 2, 2, 3, core.write_cursor(row('2026-01-01 02:00:00.000000', document('clean'))::core.page_cursor, 'uploadedAt', 'desc'), false)::api.pagination,
  'the pagination says which page it is and how many there are');
select is((api.list_documents(id_of('ours'))).pagination, row(5, 1, 1000, 1, null, false)::api.pagination, 'without paging parameters, all documents are on one page');
select is(((api.list_documents(id_of('ours'), p_page => 1)).pagination).page_size, 20, 'a page has 20 documents by default');
select is(
  listed('judge', format('id_of(''ours''), p_page_size => 2, p_cursor => %L', ((api.list_documents(id_of('ours'), p_page_size => 2)).pagination).next_cursor)),
  'infected clean of 5', 'a cursor gives the documents after the previous page'
);
select act_as('judge');
select is(detail($$select api.list_documents(id_of('ours'), p_cursor => 'x')$$), '{"field": "cursor"}', 'an invalid cursor is refused');
select is(l, api.get_document(l.id), 'each listed document is the same as when it is read alone: ' || l.filename) from unnest((api.list_documents(id_of('ours'))).documents) as l;
select is(moves(id_of('ours'), $$select api.list_documents(id_of('ours'))$$), '{0,0}', 'listing documents changes nothing');

-- At the same time: by id, none twice.
select set_document(d.name, 'uploaded_at = ''2026-01-01''') from documents as d;
select act_as('judge');
select is(
  array(select (api.list_documents(id_of('ours'), p_page => p, p_page_size => 1)).documents[1].id from generate_series(1, 5) as p),
  array(select d.id from core.documents as d where d.case_id = id_of('ours') and d.upload_status = 'complete' order by d.id desc), 'documents of the same moment are ordered by id, and none is listed twice'
);

-- All errors at once.
select is(
  errors_of($$select api.list_documents(id_of('ours'), 'x', 'x', null, 0, 101, 'x')$$),
  '{documentType UNKNOWN_WORD,ocrStatus UNKNOWN_WORD,page OUT_OF_RANGE,pageSize OUT_OF_RANGE,cursor INVALID_FORMAT}', 'all errors in one request are reported together'
);

select * from finish();
rollback;
