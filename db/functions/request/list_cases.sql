-- Written by scripts/gen-migration
create or replace function request.list_cases(
  p_token_sha256 bytea,
  p_request_id uuid,
  p_client_address text,
  p_status text default null,
  p_case_type text default null,
  p_date_from date default null,
  p_date_to date default null,
  p_case_number text default null,
  p_sort_by text default null,
  p_sort_order text default null,
  p_page integer default null,
  p_page_size integer default null,
  p_cursor text default null
)
returns api.case_page
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_role text := auth.resume(p_token_sha256, p_request_id, p_client_address, p_reads => true);
begin
  return api.list_cases(p_status, p_case_type, p_date_from, p_date_to, p_case_number, p_sort_by, p_sort_order, p_page, p_page_size, p_cursor);
end;
$$;

comment on function request.list_cases(bytea, uuid, text, text, text, date, date, text, text, text, integer, integer, text) is
'api.list_cases(text, text, date, date, text, text, text, integer, integer, text) as the caller of a session; nothing can be changed meanwhile.
Errors: those of auth.resume and of api.list_cases.';

revoke all on function request.list_cases(bytea, uuid, text, text, text, date, date, text, text, text, integer, integer, text) from public;
grant execute on function request.list_cases(bytea, uuid, text, text, text, date, date, text, text, text, integer, integer, text) to casefile_api;
