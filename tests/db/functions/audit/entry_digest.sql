\ir ../../fixtures.psql

create function fixture.sample() returns setof audit.entries language sql as $$
  select e.* from audit.entries as e where e.case_id = id_of('ours') order by e.id limit 1;
$$;

select is(octet_length(audit.entry_digest(null, s)), 32, 'a SHA-256') from sample() as s;
select is(audit.entry_digest(null, s), s.digest, 'the first of a chain has no predecessor') from sample() as s;
select isnt(audit.entry_digest('\x00', s), s.digest, 'the predecessor counts') from sample() as s;

create function fixture.recomputed(p_column text, p_value text) returns bytea language plpgsql as $$
declare
  v_sample audit.entries;
begin
  select * into v_sample from sample();
  return audit.entry_digest(null, jsonb_populate_record(v_sample, jsonb_build_object(p_column, p_value::jsonb)));
end;
$$;
select is(recomputed('actor', to_jsonb(s.actor)::text), s.digest, 'the same again') from sample() as s;
select isnt(recomputed(c.name, c.value), s.digest, c.name || ' counts')
from sample() as s, (
  values
    ('id', '0'), ('case_id', '"00000000-0000-7000-8000-0000000000a1"'), ('entity', '"x"'), ('entity_id', '"x"'), ('action', '"DELETE"'),
    ('actor', '"x"'), ('actor_role', '"x"'), ('occurred_at', '"2000-01-01"'), ('before', '{"x": 1}'), ('after', '{"x": 1}'),
    ('request_id', '"00000000-0000-7000-8000-0000000000a1"'), ('client_address', '"x"')
) as c (name, value);
select is(
  (select count(*) from pg_attribute as a where a.attrelid = 'audit.entries'::regclass and a.attnum > 0 and not a.attisdropped),
  14::bigint, 'which is every column but the digest and the court, which audit.find_faults compares'
);

set local timezone = 'Pacific/Auckland';
set local datestyle = 'German';
set local intervalstyle = 'sql_standard';
set local extra_float_digits = -15;
select is(audit.entry_digest(null, s), s.digest, 'the session''s settings do not count') from sample() as s;

select * from finish();
rollback;
