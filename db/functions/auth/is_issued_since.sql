-- Whether a token was issued since its user's sessions were ended
create or replace function auth.is_issued_since(p_claims jsonb, p_since timestamptz)
returns boolean
language plpgsql
stable
security invoker
set search_path = ''
as $$
begin
  if p_since is null then
    return true;
  end if;

  if jsonb_typeof(p_claims -> 'iat') is distinct from 'number' then
    return false;
  end if;

  -- Up to the end of the year 9999; PostgreSQL may have no later timestamp.
  return to_timestamp(least(greatest((p_claims ->> 'iat')::numeric, 0), 253402300799)::double precision) >= p_since;
end;
$$;

comment on function auth.is_issued_since(jsonb, timestamptz) is
'Whether a token was issued after that time, by the claim iat, which providers give in whole seconds. A token of the same second
counts as older, so a user who signs in again within that second must do so twice. The time is by the provider''s clock: if it is
ahead of ours, tokens from shortly before may pass. A token without iat counts as older; without a time, every token passes.';

revoke all on function auth.is_issued_since(jsonb, timestamptz) from public;
