\ir ../../fixtures.psql

create function fixture.changes(p_name text) returns setof text language sql as $$
  select concat_ws(' ', s.from_status, s.to_status, p.changed_by, p.reason)
  from core.status_changes as s
  left join core.status_change_particulars as p on p.status_change_id = s.id
  where s.case_id = id_of(p_name)
  order by s.id;
$$;

select act_as('officer');
update core.cases set status = 'DIRECTIONS' where id = id_of('bare');
select act_as_dba();
update core.cases set status = 'ON_HOLD', status_reason = e' waiting \n' where id = id_of('bare');
select is(
  array(select changes('bare')),
  array['APPLICATION DIRECTIONS officer.one', format('DIRECTIONS ON_HOLD %s waiting', session_user)],
  'each change of status is recorded with its actor and reason'
);
select is(
  row(c.status_reason, c.status_change_id, c.updated_at)::text, (select row(null::text, max(s.id), max(s.changed_at))::text from core.status_changes as s where s.case_id = c.id),
  'the case points at its last change of status, and does not keep the reason itself'
) from core.cases as c where c.id = id_of('bare');

select act_as('officer');
update core.cases set next_hearing = now() where id = id_of('bare');
select is((select count(*) from changes('bare')), 2::bigint, 'other changes are not in the history');
select is(
  outcome($$update core.cases set status = 'DIRECTIONS', status_reason = repeat('x', 2000) where id = id_of('bare')$$),
  'ok', 'a reason of 2,000 characters is accepted'
);
select is(
  outcome($$update core.cases set status = 'DIRECTIONS', status_reason = repeat('x', 2001) where id = id_of('bare')$$),
  '23514', 'a reason of more than 2,000 characters is refused'
);

select * from finish();
rollback;
