-- Refuse a field of the request
create or replace function core.refuse_field(p_field text, p_message text)
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'JCVAL',
    message = p_message,
    detail = jsonb_build_object('field', p_field)::text;
end;
$$;

comment on function core.refuse_field(text, text) is
'Raises JCVAL, naming the field as the API names it.';

revoke all on function core.refuse_field(text, text) from public;
grant execute on function core.refuse_field(text, text) to casefile_caller, document_processor;
