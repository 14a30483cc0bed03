-- Whether a token was made out since its user's sessions were ended
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

  -- Up to the end of the year 9999, beyond which there need be no timestamp.
  return to_timestamp(least(greatest((p_claims ->> 'iat')::numeric, 0), 253402300799)::double precision) >= p_since;
end;
$$;

comment on function auth.is_issued_since(jsonb, timestamptz) is
'By the claim iat, which providers give in whole seconds: a token of the very second in which sessions were ended counts as older, and a
user that signs in again within it has to do so twice. The time is the provider''s: by how much its clock is ahead of ours, tokens from
before the end may pass. A token without iat is older; null ends none.';

revoke all on function auth.is_issued_since(jsonb, timestamptz) from public;
