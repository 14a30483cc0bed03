\ir ../../fixtures.psql

select act_as_dba();
alter table audit.refusals disable trigger user;
truncate audit.refusals;
alter table audit.refusals enable always trigger tg_refusals__guard;
create function fixture.recorded() returns text language sql security definer as $$
  select string_agg(concat_ws(' ', r.operation, r.user_id, coalesce(n.name, '-'), r.client_address, r.times), e'\n' order by r.id)
  from audit.refusals as r
  left join cases as n on n.id = r.case_id;
$$;
create function fixture.set_back(p_ago interval) returns void language plpgsql security definer as $$
begin
  alter table audit.refusals disable trigger user;
  update audit.refusals set occurred_at = occurred_at - p_ago;
  alter table audit.refusals enable always trigger tg_refusals__guard;
end;
$$;

select act_as('judge');
select audit.explain_refusal('get_case', id_of('theirs')) from generate_series(1, 1200);
select is(recorded(), 'get_case judge.one theirs 192.0.2.1 1200', 'the same refusal, 1,200 times, is one row');
select audit.explain_refusal('list_assignments', id_of('theirs'));
select audit.explain_refusal('update_case', id_of('theirs')), audit.explain_refusal('update_case', null);
select audit.explain_refusal('update_case', null), audit.explain_refusal('get_case', id_of('theirs'));
select state('casefile.client_address', '192.0.2.2');
select audit.explain_refusal('get_case', id_of('theirs'));
select act_as('cafcass');
select audit.explain_refusal('get_case', id_of('theirs'));
select is(
  recorded(),
  'get_case judge.one theirs 192.0.2.1 1201
list_assignments judge.one theirs 192.0.2.1 1
update_case judge.one theirs 192.0.2.1 1
update_case judge.one - 192.0.2.1 2
get_case judge.one theirs 192.0.2.2 1
get_case cafcass.one theirs 192.0.2.1 1', 'another operation, case, address or user has a row of its own'
);
select set_back('59 seconds');
select audit.explain_refusal('get_case', id_of('theirs'));
select set_back('1 second');
select audit.explain_refusal('get_case', id_of('theirs'));
select matches(recorded(), E'get_case cafcass.one theirs 192.0.2.1 2\nget_case cafcass.one theirs 192.0.2.1 1$', 'the same refusal a minute later has a new row');

-- Even with others in between.
select act_as('judge');
select state('casefile.client_address', '198.51.100.' || n % 150), audit.explain_refusal('get_case', id_of('theirs'))
from generate_series(0, 299) as n;
select act_as_dba();
select is(array[count(*), sum(r.times)], '{150,300}', 'each of 150 refusals in turn is counted in its row') from audit.refusals as r where r.client_address ~ '^198';

-- More rows do not add to the cost.
select act_as_dba();
insert into audit.refusals (operation, user_id, user_role, reason) select 'x', 'cafcass.one', 'x', 'x' from generate_series(1, 3000);
analyze audit.refusals;
select act_as('cafcass');
select is(scans('audit.refusals', $$select audit.explain_refusal('get_case', id_of('theirs'))$$), 0::bigint, 'the row is looked up in the index');
select act_as('spouse');
select is(scans('audit.refusals_user_id_id_idx', $$select audit.explain_refusal('get_case', id_of('theirs'))$$), 1::bigint, 'among the rows of others, it is looked up in the index of users');
select is(outcome(c.name, $$select audit.record_refusal(null, 'get_case', 'ROLE')$$), '42501', 'this function may not be called by ' || c.name) from callers as c;

select * from finish();
rollback;
