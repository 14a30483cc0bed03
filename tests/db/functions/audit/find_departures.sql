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

select is(departed(), null, 'no departure at first');
select is(changed(), null, 'nor has anything changed');

-- New entries are no departure.
select act_as('officer');
select api.update_case(id_of('bare'), 1, '{"notes": "since then"}');
select act_as_dba();
select is(departed(), null, 'later entries are no departure');
select is(changed(), format('bare %s %s', a.length, a.length + 1), 'but is read') from anchor as a where a.case_id = id_of('bare');

-- A batch of many reports the same.
savepoint few;
select act_as('officer');
select api.create_case('AGENCY_ADOPTION') from generate_series(1, 101);
select act_as_dba();
select is(departed(), null, 'many that are new depart from nothing');
set local session_replication_role = replica;
alter table audit.entries disable trigger user;
update audit.entries set client_address = 'elsewhere' where id in (
  select min(e.id) from audit.entries as e where e.case_id = id_of('theirs') union all select max(e.id) from audit.entries as e
);
select is(departed(), 'gone changed, or an entry before it is missing', 'of many, exactly the changed one is named');
rollback to few;

select disable_triggers();
savepoint whole;

update audit.entries set client_address = 'elsewhere' where id = (select min(e.id) from audit.entries as e where e.case_id = id_of('theirs'));
select chain_anew('theirs');
select is_empty('select audit.find_broken_chains()', 'a case that was chained anew is whole by itself');
select is(departed(), 'theirs is not the entry that was anchored', 'and not by the anchor');
rollback to whole;

update audit.entries set client_address = 'elsewhere' where id = (select min(e.id) from audit.entries as e where e.case_id = id_of('bare'));
select chain_anew('bare');
select is_empty('select audit.find_broken_chains()', 'also one that goes on');
select is(departed(), 'bare is not the entry that was anchored', 'has another entry where the anchor was');
rollback to whole;

delete from audit.entries where id = (select max(e.id) from audit.entries as e where e.case_id = id_of('ours'));
select chain_anew('ours');
select is_empty('select audit.find_broken_chains()', 'a tail that was cut with its tip is whole by itself');
select matches(departed(), 'ours was anchored with \d+ entries, and has \d+', 'and too short for the anchor');
rollback to whole;

delete from audit.entries where case_id = id_of('bare');
delete from audit.chains where case_id = id_of('bare');
delete from core.cases where id = id_of('bare');
select is_empty('select audit.find_broken_chains()', 'a case that is gone with its chain leaves nothing');
select matches(departed(), 'bare was anchored with \d+ entries, and has 0', 'but the anchor has it');
rollback to whole;

update audit.entries set client_address = 'elsewhere' where id = (select max(e.id) from audit.entries as e where e.case_id = id_of('bare'));
select is(departed(), 'bare changed, or an entry before it is missing', 'later entries are read again');
rollback to whole;
update audit.entries set client_address = 'elsewhere' where id = (select max(e.id) from audit.entries as e where e.case_id = id_of('theirs'));
select is(departed(), null, 'trails with an unchanged tip wait for their turn');
rollback to whole;
select is(departed(), null, 'and whole again');

select * from finish();
rollback;
