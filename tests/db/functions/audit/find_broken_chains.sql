\ir ../../fixtures.psql

create function fixture.found(p_case_id uuid default null) returns text language sql as $$
  select string_agg(concat_ws(' ', n.name, b.entry_id - m.id, b.problem), e'\n' order by n.name, b.entry_id, b.problem)
  from audit.find_broken_chains(p_case_id) as b
  left join cases as n on n.id = b.case_id
  left join lateral (select min(e.id) as id from audit.entries as e where e.case_id = n.id) as m on true;
$$;
create function fixture.entry(p_name text, p_nth integer) returns bigint language sql stable as $$
  select e.id from audit.entries as e where e.case_id = id_of(p_name) order by e.id offset p_nth - 1 limit 1;
$$;

select is(found(), null, 'an unchanged trail has no findings');
set local role casefile_owner;
select is_empty('select audit.find_broken_chains()', 'the owner finds nothing in an unchanged trail');
reset role;

-- A change with the protection disabled leaves a trace.
select disable_triggers();

savepoint whole;
update audit.entries set after = '{}' where id = entry('ours', 3);
select is(b.entry_id, entry('ours', 3), 'a changed entry is found') from audit.find_broken_chains() as b;
select is(b.case_id, id_of('ours'), 'a changed entry is found in its case') from audit.find_broken_chains() as b;
select is(found(id_of('theirs')), null, 'a check of another case alone finds nothing');
select isnt(found(id_of('ours')), null, 'a check of this case alone finds it');
rollback to whole;

update audit.entries set client_address = 'elsewhere' where id = entry('ours', 9);
select isnt(found(), null, 'a change of the last entry is found');
rollback to whole;

delete from audit.entries where id = entry('ours', 3);
select isnt(found(), null, 'a missing entry in the middle is found');
rollback to whole;

delete from audit.entries where id = entry('ours', 1);
select isnt(found(), null, 'a missing first entry is found');
rollback to whole;

delete from audit.entries where id >= entry('ours', 8);
select matches(found(), 'entries are missing at the end$', 'a missing end is found');
rollback to whole;

delete from audit.entries where case_id = id_of('ours');
select isnt(found(), null, 'a trail without its entries is found');
rollback to whole;

delete from audit.chains where case_id = id_of('ours');
select isnt(found(), null, 'a missing tip is found');
rollback to whole;

delete from audit.entries where case_id = id_of('ours');
delete from audit.chains where case_id = id_of('ours');
select isnt(found(), null, 'a case without any trail is found');
rollback to whole;

insert into audit.entries (case_id, court_code, entity, entity_id, action, actor, actor_role, occurred_at, digest)
values (id_of('ours'), 'BFC', 'case', 'x', 'UPDATE', 'somebody', 'ADOPTER', now(), sha256(''));
select isnt(found(), null, 'an inserted entry is found');
rollback to whole;

update audit.entries as e set id = e.id + case e.id when entry('ours', 3) then 1000000 else 0 end where e.case_id = id_of('ours');
select isnt(found(), null, 'a moved entry is found');
rollback to whole;

-- The older form leaves out the court; nothing new has it.
update audit.entries set digest_form = 1 where id = (select max(e.id) from audit.entries as e where e.case_id = id_of('bare'));
update audit.entries as e set digest = audit.entry_digest(null, e) where e.case_id = id_of('bare');
update audit.chains as c set digest = e.digest from audit.entries as e where e.case_id = c.case_id and c.case_id = id_of('bare');
select is(found(), null, 'a trail of the older form alone has no findings');
rollback to whole;
update audit.entries as e set digest_form = 1 where e.id = (select max(x.id) from audit.entries as x where x.case_id = id_of('ours'));
update audit.entries as e set digest = audit.entry_digest((select x.digest from audit.entries as x where x.case_id = e.case_id and x.id < e.id order by x.id desc limit 1), e)
where e.digest_form = 1;
update audit.chains as c set digest = e.digest from audit.entries as e where e.case_id = c.case_id and e.digest_form = 1;
select isnt(found(), null, 'an entry of the older form after one of the newer is found');
rollback to whole;
select is(found(), null, 'the restored trail has no findings');

select * from finish();
rollback;
