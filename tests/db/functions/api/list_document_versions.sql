\ir ../../fixtures.psql
\ir ../../documents.psql

create function fixture.versions(p_caller text, p_case text, p_filename text) returns text language plpgsql as $$
declare
  v_documents api.document[];
begin
  perform fixture.act_as(p_caller);
  v_documents := api.list_document_versions(fixture.id_of(p_case), p_filename);
  return coalesce((select string_agg(d.uploaded_by || '/' || d.version, ' ' order by d.ordinality) from unnest(v_documents) with ordinality as d), '');
exception
  when others then
    return sqlstate;
end;
$$;
select act_as('cafcass');
select upload('second', 'order.pdf');
select act_as('adopter');
select upload('third', 'order.pdf');
select begin_upload('fourth', 'order.pdf');
select act_as('agency');
select upload('fifth', 'order.pdf');
select begin_upload('sixth', 'order.pdf');
select api.fail_upload(document('sixth'));

select is(
  versions(c.name, 'ours', 'order.pdf'),
  case when c.name ~ 'other' then 'JCMIS' when c.name = 'adopter' then 'adopter.one/1' when c.role = 'ADOPTER' then '' else 'agency.one/3 cafcass.one/2 officer.one/1 adopter.one/1' end,
  'the versions are listed for those who see them: ' || c.name
) from callers as c;
select is(versions('other_officer', 'theirs', 'order.pdf'), 'officer.two/1', 'a file name in another case has its own versions');
select is(versions('officer', 'ours', n), '', format('a name that no complete document has gives an empty list: %L', n)) from unnest('{Order.pdf,order,"",order.pdf%,removed.pdf,begun.pdf,failed.pdf,null}'::text[]) as n;
select is(versions('officer', n, 'order.pdf'), 'JCMIS', 'the case is not found: ' || n) from unnest('{theirs,deleted,nowhere}'::text[]) as n;
select act_as('officer');
select is(l, api.get_document(l.id), 'each version is the same as when it is read alone') from unnest(api.list_document_versions(id_of('ours'), 'order.pdf')) as l;

select api.delete_document(document('second'));
select is(versions('judge', 'ours', 'order.pdf'), 'agency.one/3 officer.one/1 adopter.one/1', 'the other versions keep their numbers after a deletion');

select act_as('officer');
select upload('old', 'Zoë.pdf');
select set_document('old', $$filename = e'Zoe\u0308.pdf'$$);
select upload('new', 'Zoë.pdf');
select is(versions('officer', 'ours', n), 'officer.one/2 officer.one/1', format('a name from before NFC was required finds the same versions: %L', n))
from unnest(array['Zoë.pdf', e'Zoe\u0308.pdf']) as n
where current_setting('server_version_num')::integer >= 130000;
select act_as('officer');
select is(outcome($$select api.list_document_versions(id_of('ours'), repeat('x', 255))$$), 'ok', 'a file name of 255 characters is accepted');
select is(outcome($$select api.list_document_versions(id_of('ours'), repeat('x', 256))$$), 'JCVAL', 'a file name of more than 255 characters is refused');

select * from finish();
rollback;
