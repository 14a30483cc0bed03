-- Refuse wrong fields of a request
create or replace function core.refuse(variadic p_errors core.field_error[])
returns void
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_errors jsonb;
begin
  if num_nonnulls(variadic p_errors) > 0 then
    v_errors := (
      select jsonb_agg(jsonb_build_object('field', e.field, 'code', e.code, 'message', e.message) order by e.place)
      from unnest(p_errors) with ordinality as e (field, code, message, place)
      where e.field is not null
    );
    raise exception using
      errcode = 'JCVAL',
      message = v_errors -> 0 ->> 'message',
      detail = jsonb_build_object('field', v_errors -> 0 ->> 'field', 'errors', v_errors)::text;
  end if;
end;
$$;

comment on function core.refuse(core.field_error[]) is
'Raises JCVAL with all that is wrong, in this order; nothing if all are null. The functions core.check_... make them.
Errors: JCVAL; `field` is the first, and `errors` are all.';

revoke all on function core.refuse(core.field_error[]) from public;
grant execute on function core.refuse(core.field_error[]) to casefile_caller, document_processor;
