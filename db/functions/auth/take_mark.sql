-- How far this database has come
create or replace function auth.take_mark()
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
-- Off in the sessions of casefile_migrator.
set row_security = on
as $$
begin
  -- If two servers are first at the same time, the second waits and gets the id of the first.
  update auth.home as h set store_id = core.new_id() where h.store_id is null;

  return (
    select jsonb_build_object(
      'storeId', h.store_id,
      'entryId', e.id,
      'entryDigest', encode(e.digest, 'hex'),
      'series', (
        select coalesce(jsonb_object_agg(s.court_code || '/' || s.year, s.last_number), '{}')
        from core.case_number_series as s
        where s.year >= extract(year from now()) - 1
      ),
      'markedAt', now()
    )
    from auth.home as h
    left join lateral (select i.id, i.digest from audit.entries as i order by i.id desc limit 1) as e on true
  );
end;
$$;

comment on function auth.take_mark() is
'The mark that a server writes to the document store: the newest entry of the audit trail, and the last number of each series, by
court and year (BFC/2026). The first gives the store its id. Definer: a server may not read the tables.';

revoke all on function auth.take_mark() from public;
grant execute on function auth.take_mark() to casefile_api;
