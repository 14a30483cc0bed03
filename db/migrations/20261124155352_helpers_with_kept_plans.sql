-- migrate:up

set local check_function_bodies = off;

-- db/functions/core/caller.sql
-- Who is calling, as an answer shows it
create or replace function core.caller()
returns api.caller
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_actor text := core.actor();
begin
  return row(
    v_actor,
    v_actor,
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = current_setting('casefile.court_code', true)),
    nullif(current_setting('casefile.organisation_id', true), '')
  )::api.caller;
end;
$$;

comment on function core.caller() is 'The caller that auth.become has set.';

revoke all on function core.caller() from public;
grant execute on function core.caller() to casefile_caller;

-- db/functions/core/caller_role.sql
-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return case current_setting('role')
    when 'hmcts_case_officer' then 'HMCTS_CASE_OFFICER'
    when 'judge_legal_adviser' then 'JUDGE_LEGAL_ADVISER'
    when 'cafcass_officer' then 'CAFCASS_OFFICER'
    when 'la_social_worker' then 'LA_SOCIAL_WORKER'
    when 'vaa_worker' then 'VAA_WORKER'
    when 'adopter' then 'ADOPTER'
  end::core.user_role;
end;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller, document_processor;

-- db/functions/core/organisation_link.sql
-- A link of an organisation, as an answer shows it
create or replace function core.organisation_link(p_link core.organisation_links)
returns api.organisation_link
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_link.case_id, p_link.organisation_id, p_link.organisation_type::text, p_link.linked_at, p_link.linked_by
  )::api.organisation_link;
end;
$$;

comment on function core.organisation_link(core.organisation_links) is 'The link in the words of the API.';

revoke all on function core.organisation_link(core.organisation_links) from public;
grant execute on function core.organisation_link(core.organisation_links) to casefile_caller;

-- db/functions/core/pagination.sql
-- Where a page stands in its list
create or replace function core.pagination(p_total bigint, p_page integer, p_page_size integer, p_next_cursor text)
returns api.pagination
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_total, coalesce(p_page, 1), p_page_size, (p_total + p_page_size - 1) / p_page_size, p_next_cursor
  )::api.pagination;
end;
$$;

comment on function core.pagination(bigint, integer, integer, text) is
'The pagination of an answer; the cursor is null on the last page, and where a list has none.';

revoke all on function core.pagination(bigint, integer, integer, text) from public;
grant execute on function core.pagination(bigint, integer, integer, text) to casefile_caller;

-- db/functions/core/write_cursor.sql
-- The cursor of a next page
create or replace function core.write_cursor(p_cursor core.case_cursor, p_sort_by text, p_sort_order text)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return translate(
    encode(
      convert_to(jsonb_build_array(p_sort_by, p_sort_order, p_cursor.sort_key, p_cursor.case_id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
end;
$$;

comment on function core.write_cursor(core.case_cursor, text, text) is
'An opaque text that stands in a URL as it is; it holds the place in one order of a list.';

revoke all on function core.write_cursor(core.case_cursor, text, text) from public;
grant execute on function core.write_cursor(core.case_cursor, text, text) to casefile_caller;

-- db/functions/audit/changed_fields.sql
-- The fields of one document that differ from another
create or replace function audit.changed_fields(p_of jsonb, p_against jsonb)
returns jsonb
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(f.key, f.value), '{}')
    from jsonb_each(p_of) as f
    where f.value is distinct from p_against -> f.key
  );
end;
$$;

comment on function audit.changed_fields(jsonb, jsonb) is 'What of the first document is not the same in the second.';

revoke all on function audit.changed_fields(jsonb, jsonb) from public;

-- db/functions/auth/session_caller.sql
-- Who a session belongs to
create or replace function auth.session_caller(p_session auth.sessions)
returns api.caller
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return row(
    p_session.user_id,
    p_session.username,
    p_session.user_role::text,
    (select c.name from core.courts as c where c.code = p_session.court_code),
    p_session.organisation_id
  )::api.caller;
end;
$$;

comment on function auth.session_caller(auth.sessions) is 'The caller of a session, as an answer shows it.';

revoke all on function auth.session_caller(auth.sessions) from public;

-- db/functions/api/get_protected.sql
-- GET /api/protected
create or replace function api.get_protected()
returns api.greeting
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  return row('You are signed in', core.caller())::api.greeting;
end;
$$;

comment on function api.get_protected() is
'Tells a caller who it is.';

revoke all on function api.get_protected() from public;
grant execute on function api.get_protected() to casefile_caller;

-- migrate:down

set local check_function_bodies = off;

-- db/functions/api/get_protected.sql
-- GET /api/protected
create or replace function api.get_protected()
returns api.greeting
language sql
stable
security invoker
set search_path = ''
as $$
  select row('You are signed in', core.caller())::api.greeting;
$$;

comment on function api.get_protected() is
'Tells a caller who it is.';

revoke all on function api.get_protected() from public;
grant execute on function api.get_protected() to casefile_caller;

-- db/functions/auth/session_caller.sql
-- Who a session belongs to
create or replace function auth.session_caller(p_session auth.sessions)
returns api.caller
language sql
stable
security invoker
set search_path = ''
as $$
  select row(
    p_session.user_id,
    p_session.username,
    p_session.user_role::text,
    (select c.name from core.courts as c where c.code = p_session.court_code),
    p_session.organisation_id
  )::api.caller;
$$;

comment on function auth.session_caller(auth.sessions) is 'The caller of a session, as an answer shows it.';

revoke all on function auth.session_caller(auth.sessions) from public;

-- db/functions/audit/changed_fields.sql
-- The fields of one document that differ from another
create or replace function audit.changed_fields(p_of jsonb, p_against jsonb)
returns jsonb
language sql
immutable
security invoker
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(f.key, f.value), '{}')
  from jsonb_each(p_of) as f
  where f.value is distinct from p_against -> f.key;
$$;

comment on function audit.changed_fields(jsonb, jsonb) is 'What of the first document is not the same in the second.';

revoke all on function audit.changed_fields(jsonb, jsonb) from public;

-- db/functions/core/write_cursor.sql
-- The cursor of a next page
create or replace function core.write_cursor(p_cursor core.case_cursor, p_sort_by text, p_sort_order text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select translate(
    encode(
      convert_to(jsonb_build_array(p_sort_by, p_sort_order, p_cursor.sort_key, p_cursor.case_id)::text, 'UTF8'), 'base64'
    ),
    E'+/=\n', '-_'
  );
$$;

comment on function core.write_cursor(core.case_cursor, text, text) is
'An opaque text that stands in a URL as it is; it holds the place in one order of a list.';

revoke all on function core.write_cursor(core.case_cursor, text, text) from public;
grant execute on function core.write_cursor(core.case_cursor, text, text) to casefile_caller;

-- db/functions/core/pagination.sql
-- Where a page stands in its list
create or replace function core.pagination(p_total bigint, p_page integer, p_page_size integer, p_next_cursor text)
returns api.pagination
language sql
immutable
security invoker
set search_path = ''
as $$
  select row(
    p_total, coalesce(p_page, 1), p_page_size, (p_total + p_page_size - 1) / p_page_size, p_next_cursor
  )::api.pagination;
$$;

comment on function core.pagination(bigint, integer, integer, text) is
'The pagination of an answer; the cursor is null on the last page, and where a list has none.';

revoke all on function core.pagination(bigint, integer, integer, text) from public;
grant execute on function core.pagination(bigint, integer, integer, text) to casefile_caller;

-- db/functions/core/organisation_link.sql
-- A link of an organisation, as an answer shows it
create or replace function core.organisation_link(p_link core.organisation_links)
returns api.organisation_link
language sql
immutable
security invoker
set search_path = ''
as $$
  select row(
    p_link.case_id, p_link.organisation_id, p_link.organisation_type::text, p_link.linked_at, p_link.linked_by
  )::api.organisation_link;
$$;

comment on function core.organisation_link(core.organisation_links) is 'The link in the words of the API.';

revoke all on function core.organisation_link(core.organisation_links) from public;
grant execute on function core.organisation_link(core.organisation_links) to casefile_caller;

-- db/functions/core/caller_role.sql
-- Which of the six roles is at work
create or replace function core.caller_role()
returns core.user_role
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_role text := upper(current_setting('role'));
begin
  if v_role = any (enum_range(null::core.user_role)::text[]) then
    return v_role;
  end if;

  return null;
end;
$$;

comment on function core.caller_role() is
'The caller''s role; null for work done past the server. Reads the setting and not current_user, which is the owner inside a definer function.';

revoke all on function core.caller_role() from public;
grant execute on function core.caller_role() to casefile_caller, document_processor;

-- db/functions/core/caller.sql
-- Who is calling, as an answer shows it
create or replace function core.caller()
returns api.caller
language sql
stable
security invoker
set search_path = ''
as $$
  select row(
    core.actor(),
    core.actor(),
    core.caller_role()::text,
    (select c.name from core.courts as c where c.code = current_setting('casefile.court_code', true)),
    nullif(current_setting('casefile.organisation_id', true), '')
  )::api.caller;
$$;

comment on function core.caller() is 'The caller that auth.become has set.';

revoke all on function core.caller() from public;
grant execute on function core.caller() to casefile_caller;
