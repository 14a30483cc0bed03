\ir ../../fixtures.psql

create function fixture.sample() returns setof audit.entries language sql as $$
  select e.* from audit.entries as e where e.case_id = id_of('ours') order by e.id limit 1;
$$;

select is(octet_length(audit.entry_digest(null, s)), 32, 'a digest is a SHA-256') from sample() as s;
select is(audit.entry_digest(null, s), s.digest, 'the first entry of a chain has no predecessor') from sample() as s;
select is(s.digest_form, 2::smallint, 'a new entry has the second form of digest') from sample() as s;
select isnt(audit.entry_digest('\x00', s), s.digest, 'the digest depends on the predecessor') from sample() as s;
select isnt(audit.entry_digest('', s), audit.entry_digest(null, s), 'the digest depends on whether there is a predecessor') from sample() as s;

create function fixture.with(p_entry audit.entries, p_column text, p_value text) returns audit.entries language sql as $$
  select jsonb_populate_record(p_entry, jsonb_build_object(p_column, p_value::jsonb));
$$;
select is(audit.entry_digest(null, fixture.with(s, 'actor', to_jsonb(s.actor)::text)), s.digest, 'the same entry has the same digest') from sample() as s;
select isnt(audit.entry_digest(null, fixture.with(s, c.name, c.value)), s.digest, c.name || ' counts')
from sample() as s, (
  values
    ('id', '0'), ('case_id', '"00000000-0000-7000-8000-0000000000a1"'), ('entity', '"x"'), ('entity_id', '"x"'), ('action', '"DELETE"'),
    ('actor', '"x"'), ('actor_role', '"x"'), ('occurred_at', '"2000-01-01"'), ('before', '{"x": 1}'), ('after', '{"x": 1}'),
    ('request_id', '"00000000-0000-7000-8000-0000000000a1"'), ('client_address', '"x"'), ('court_code', '"LDFC"'), ('digest_form', '1')
) as c (name, value);
select is(
  (select count(*) from pg_attribute as a where a.attrelid = 'audit.entries'::regclass and a.attnum > 0 and not a.attisdropped),
  15::bigint, 'these are all columns but the digest'
);
select is(audit.entry_digest(null, fixture.with(s, 'digest_form', '3')), null, 'an unknown form has no digest') from sample() as s;

-- Different entries have different digests: pairs of similar values, tried in every column of their type.
create table fixture.entries (like audit.entries);
-- A text moved from one field to the next, and null beside empty.
insert into fixture.entries
select e.*
from sample() as s,
  unnest('{ab,a,"",abc}'::text[]) as x (entity),
  lateral fixture.with(s, 'entity', to_jsonb(x.entity)::text) as a,
  unnest('{c,bc,abc,""}'::text[]) as y (entity_id),
  lateral fixture.with(a, 'entity_id', to_jsonb(y.entity_id)::text) as e;
insert into fixture.entries
select e.*
from sample() as s,
  unnest(array[null, '""', '"null"', '"-"', '"-1"', '"\u0001"']) as x (address),
  lateral fixture.with(s, 'client_address', coalesce(x.address, 'null')) as a,
  unnest(array[null, '00000000-0000-7000-8000-0000000000a1', '00000000-0000-7000-8000-0000000000a2']) as y (request),
  lateral fixture.with(a, 'request_id', coalesce(to_jsonb(y.request)::text, 'null')) as e;
-- before and after: null, the null of JSON, and similar values.
create function fixture.changed(p_entry audit.entries, p_before jsonb, p_after jsonb) returns audit.entries language plpgsql as $$
begin
  p_entry.before := p_before;
  p_entry.after := p_after;
  return p_entry;
end;
$$;
create table fixture.documents_of_json as
select v::jsonb as document
from unnest(array[null, 'null', '{}', '[]', '"null"', '{"a": null}', '{"a": "null"}', '{"a": 1}', '{"a": 1.0}', '{"a": "1"}', '{"a": [1, 2]}', '{"a": [12]}']) as v;
insert into fixture.entries
select e.* from sample() as s, documents_of_json as b, documents_of_json as a, lateral changed(s, b.document, a.document) as e;
-- Times: BC and AD, a microsecond apart, and infinite.
create function fixture.at(p_entry audit.entries, p_at timestamptz) returns audit.entries language plpgsql as $$
begin
  p_entry.occurred_at := p_at;
  return p_entry;
end;
$$;
insert into fixture.entries
select e.*
from sample() as s,
  unnest(array[
    '2026-11-28 21:00:00.000001+00', '2026-11-28 21:00:00.000002+00', '2026-11-28 21:00:00.000001+00 BC', '4713-01-01 00:00:00+00 BC',
    '0001-01-01 00:00:00+00', '0001-01-01 00:00:00+00 BC', '9999-12-31 23:59:59.999999+00', '294276-12-31 23:59:59.999998+00',
    '294276-12-31 23:59:59.999999+00', 'infinity', '-infinity', '1970-01-01 00:00:00+00', '2000-01-01 00:00:00+00'
  ]::timestamptz[]) as t (at),
  lateral fixture.at(s, t.at) as e;
-- Random texts of the characters that delimit forms.
insert into fixture.entries
select e.*
from sample() as s,
  generate_series(1, 2000) as n,
  lateral (
    select
      (select string_agg(substr('a",:\{}[]01-é', (random() * 11)::integer + 1, 1), '') from generate_series(1, (n % 4)) where n > 0) as one,
      (select string_agg(substr('a",:\{}[]01-é', (random() * 11)::integer + 1, 1), '') from generate_series(1, (n % 3)) where n > 0) as two
  ) as r,
  lateral fixture.with(s, 'actor', to_jsonb(coalesce(r.one, ''))::text) as a,
  lateral fixture.with(a, 'actor_role', to_jsonb(coalesce(r.two, ''))::text) as e;
create function fixture.digests(p_form smallint) returns bigint language sql as $$
  select count(distinct audit.entry_digest(null, f))
  from fixture.entries as e, lateral fixture.with(row(e.*)::audit.entries, 'digest_form', p_form::text) as f;
$$;
create function fixture.rows_that_differ() returns bigint language sql as $$
  select count(distinct (to_jsonb(e) - 'before' - 'after' - 'occurred_at')::text || timestamptz_send(e.occurred_at)::text
    || coalesce('b' || e.before::text, '') || ',' || coalesce('a' || e.after::text, ''))
  from fixture.entries as e;
$$;
select cmp_ok(rows_that_differ(), '>', 1000::bigint, 'more than a thousand entries differ from each other');
select is(digests(2::smallint), rows_that_differ(), 'entries that differ have different digests');
select cmp_ok(digests(1::smallint), '<', rows_that_differ(), 'in the first form, some entries that differ have the same digest');

-- Old entries keep their form.
create function fixture.first_form() returns audit.entries language sql as $$
  select fixture.with(s, 'digest_form', '1') from sample() as s;
$$;
select is(
  audit.entry_digest('\x01', f),
  sha256('\x01' || convert_to(jsonb_build_array(
    f.id, f.case_id, f.entity, f.entity_id, f.action::text, f.actor, f.actor_role,
    to_char(f.occurred_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), f.before, f.after, f.request_id, f.client_address
  )::text, 'UTF8')),
  'the first form is computed as before 0.7.0'
) from first_form() as f;

set local timezone = 'Pacific/Auckland';
set local datestyle = 'German';
set local intervalstyle = 'sql_standard';
set local extra_float_digits = -15;
select is(audit.entry_digest(null, s), s.digest, 'the digest does not depend on the settings of the session') from sample() as s;

select * from finish();
rollback;
