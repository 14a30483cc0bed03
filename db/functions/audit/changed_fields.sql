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

comment on function audit.changed_fields(jsonb, jsonb) is 'The fields of the first document that differ in the second.';

revoke all on function audit.changed_fields(jsonb, jsonb) from public;
