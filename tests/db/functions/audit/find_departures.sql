\ir ../../fixtures.psql

select act_as_dba();
-- An anchor of all tips, as casefile audit anchor reads them.
create table fixture.anchor as select * from audit.chains;
create function fixture.departed() returns text language sql as $$
  select string_agg(concat_ws(' ', coalesce(n.name, 'gone'), d.problem), e'\n' order by n.name, d.problem)
  from (select array_agg(a.case_id) as ids, array_agg(a.length) as lengths, array_agg(a.digest) as digests from anchor as a) as a
  cross join lateral audit.find_departures(
    '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', a.ids, a.lengths, a.digests
  ) as d
  left join cases as n on n.id = d.case_id;
$$;
create function fixture.changed() returns text language sql as $$
  select string_agg(concat_ws(' ', n.name, coalesce(d.anchored_length, 0), coalesce(d.length, 0)), ', ' order by n.name)
  from (select array_agg(a.case_id) as ids, array_agg(a.length) as lengths, array_agg(a.digest) as digests from anchor as a) as a
  cross join lateral audit.changed_tips(
    '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', a.ids, a.lengths, a.digests
  ) as d
  left join cases as n on n.id = d.case_id;
$$;
-- A chain recomputed over changed entries, as an expert would do it.
create function fixture.chain_anew(p_name text) returns void language plpgsql as $$
declare
  v_previous bytea;
  v_entry audit.entries;
  v_length bigint := 0;
begin
  for v_entry in select * from audit.entries as e where e.case_id = id_of(p_name) order by e.id loop
    v_previous := audit.entry_digest(v_previous, v_entry);
    update audit.entries set digest = v_previous where id = v_entry.id;
    v_length := v_length + 1;
  end loop;
  update audit.chains set length = v_length, digest = v_previous where case_id = id_of(p_name);
end;
$$;

select is(departed(), null, 'an unchanged trail has no departure');
select is(changed(), null, 'an unchanged trail has no changed tip');

-- New entries are no departure.
select act_as('officer');
select api.update_case(id_of('bare'), 1, '{"notes": "since then"}');
select act_as_dba();
select is(departed(), null, 'later entries are no departure from the anchor');
select is(changed(), format('bare %s %s', a.length, a.length + 1), 'a trail with later entries has a changed tip') from anchor as a where a.case_id = id_of('bare');

-- A batch of many reports the same.
savepoint few;
select act_as('officer');
select api.create_case('AGENCY_ADOPTION') from generate_series(1, 101);
select act_as_dba();
select is(departed(), null, 'many new cases are no departure from the anchor');
set local session_replication_role = replica;
alter table audit.entries disable trigger user;
update audit.entries set client_address = 'elsewhere' where id in (
  select min(e.id) from audit.entries as e where e.case_id = id_of('theirs') union all select max(e.id) from audit.entries as e
);
select is(departed(), 'gone changed, or an entry before it is missing', 'among many, exactly the changed trail is named');
rollback to few;

select disable_triggers();
savepoint whole;

update audit.entries set client_address = 'elsewhere' where id = (select min(e.id) from audit.entries as e where e.case_id = id_of('theirs'));
select chain_anew('theirs');
select is_empty('select audit.find_broken_chains()', 'a recomputed chain has no findings without an anchor');
select is(departed(), 'theirs is not the entry that was anchored', 'a recomputed chain departs from the anchor');
rollback to whole;

update audit.entries set client_address = 'elsewhere' where id = (select min(e.id) from audit.entries as e where e.case_id = id_of('bare'));
select chain_anew('bare');
select is_empty('select audit.find_broken_chains()', 'a recomputed chain with later entries has no findings without an anchor');
select is(departed(), 'bare is not the entry that was anchored', 'a recomputed chain with later entries departs from the anchor');
rollback to whole;

delete from audit.entries where id = (select max(e.id) from audit.entries as e where e.case_id = id_of('ours'));
select chain_anew('ours');
select is_empty('select audit.find_broken_chains()', 'a trail whose end was cut off together with its tip has no findings without an anchor');
select matches(departed(), 'ours was anchored with \d+ entries, and has \d+', 'a trail whose end was cut off is shorter than the anchor says');
rollback to whole;

delete from audit.entries where case_id = id_of('bare');
delete from audit.chains where case_id = id_of('bare');
delete from core.cases where id = id_of('bare');
select is_empty('select audit.find_broken_chains()', 'a case that was removed with its trail has no findings without an anchor');
select matches(departed(), 'bare was anchored with \d+ entries, and has 0', 'a case that was removed with its trail is missing compared with the anchor');
rollback to whole;

update audit.entries set client_address = 'elsewhere' where id = (select max(e.id) from audit.entries as e where e.case_id = id_of('bare'));
select is(departed(), 'bare changed, or an entry before it is missing', 'entries since the anchor are read again');
rollback to whole;
update audit.entries set client_address = 'elsewhere' where id = (select max(e.id) from audit.entries as e where e.case_id = id_of('theirs'));
select is(departed(), null, 'a trail with an unchanged tip is not read again');
rollback to whole;
select is(departed(), null, 'the restored trail has no departure');

select * from finish();
rollback;
