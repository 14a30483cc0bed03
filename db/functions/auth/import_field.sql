-- Which field of a file is wrong
create or replace function auth.import_field(p_state text, p_detail text, p_column text, p_constraint text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case f.name when 'user_id' then 'userId' when 'organisation' then 'organisationId' when 'agency_worker' then 'organisationId'
    when 'officer' then 'court' else f.name
  end
  from (
    select case
      when p_state = 'JCVAL' then p_detail::jsonb ->> 'field'
      when p_state like '22%' then 'enabled'
      else coalesce(nullif(p_column, ''), substring(p_constraint from '_(user_id|issuer|subject|name|organisation|agency_worker|officer)'))
    end
  ) as f (name);
$$;

comment on function auth.import_field(text, text, text, text) is
'The field of a row that an error is about, as a file names it.';

revoke all on function auth.import_field(text, text, text, text) from public;
