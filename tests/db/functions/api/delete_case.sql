\ir ../../fixtures.psql

select act_as('officer');
select is(outcome($$select api.delete_case(id_of('bare'), 2)$$), 'JCVER', 'a stale version is refused');
select is(outcome($$select api.delete_case(id_of('theirs'))$$), 'JCMIS', 'a case of another court is not found');
select is(outcome($$select api.delete_case(core.new_id())$$), 'JCMIS', 'a case that does not exist is not found');
select is(outcome(n, $$select api.delete_case(id_of('ours'))$$), '42501', 'this function may not be called by ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select act_as('officer');
select is(moves(id_of('ours'), $$select api.delete_case(id_of('ours'), 2)$$), '{1,1}', 'a deletion moves the version once and makes one entry');
select is(outcome($$select api.delete_case(id_of('ours'))$$), 'JCMIS', 'a deleted case cannot be deleted again');
select lives_ok($$select api.delete_case(id_of('bare'), 1)$$, 'a case that nobody is assigned to can be deleted');

-- It is out of reach.
select is(
  outcome(c.name, format('select api.%s', o)), case when o ~ 'list_case_audit' and c.name = 'officer' then 'ok' else 'JCMIS' end,
  format('a deleted case is out of reach, except that an officer reads its trail: %s, %s', c.name, o)
)
from callers as c, unnest(array[
  'get_case(id_of(''ours''))', 'list_assignments(id_of(''ours''))', 'list_case_audit(id_of(''ours''))', 'update_case(id_of(''ours''), null, ''{}'')',
  'change_case_status(id_of(''ours''), null, ''DIRECTIONS'')', 'create_assignment(id_of(''ours''), ''x'', ''CAFCASS'')',
  'link_organisation(id_of(''ours''), ''x'', ''LOCAL_AUTHORITY'')', 'list_organisations(id_of(''ours''))',
  'unlink_organisation(id_of(''ours''), ''la.one'')', 'revoke_assignment(id_of(''ours''), core.new_id())'
]) as o
where c.name = 'officer' or o ~ '^(get_case|list_assignments)' or (c.name = 'judge' and o ~ '^(list_|change)');
select act_as('officer');
select is((api.list_cases()).cases, '{}', 'an officer''s list does not contain a deleted case');
select act_as('judge');
select is((api.list_cases()).cases, '{}', 'a judge''s list does not contain a deleted case');
select act_as('officer');
select is((api.list_case_audit(id_of('ours'))).entries[1].action, 'DELETE', 'an officer still reads the trail of a deleted case');

select * from finish();
rollback;
