\ir ../../fixtures.psql

select act_as('officer');
select is(outcome($$select api.delete_case(id_of('bare'), 2)$$), 'JCVER', 'a stale version');
select is(outcome($$select api.delete_case(id_of('theirs'))$$), 'JCMIS', 'of another court');
select is(outcome($$select api.delete_case(core.new_id())$$), 'JCMIS', 'not there');
select is(outcome(n, $$select api.delete_case(id_of('ours'))$$), '42501', 'not for ' || n)
from unnest('{judge,cafcass,social_worker,agency,adopter}'::text[]) as n;

select act_as('officer');
select is(moves(id_of('ours'), $$select api.delete_case(id_of('ours'), 2)$$), '{1,1}', 'a deletion');
select is(outcome($$select api.delete_case(id_of('ours'))$$), 'JCMIS', 'happens once');
select lives_ok($$select api.delete_case(id_of('bare'), 1)$$, 'of a case without anybody');

-- It is out of reach.
select is(
  outcome(c.name, format('select api.%s', o)), case when o ~ 'list_case_audit' and c.name = 'officer' then 'ok' else 'JCMIS' end,
  format('%s: %s', c.name, o)
)
from callers as c, unnest(array[
  'get_case(id_of(''ours''))', 'list_assignments(id_of(''ours''))', 'list_case_audit(id_of(''ours''))', 'update_case(id_of(''ours''), null, ''{}'')',
  'change_case_status(id_of(''ours''), null, ''DIRECTIONS'')', 'create_assignment(id_of(''ours''), ''x'', ''CAFCASS'')',
  'link_organisation(id_of(''ours''), ''x'', ''LOCAL_AUTHORITY'')', 'list_organisations(id_of(''ours''))',
  'unlink_organisation(id_of(''ours''), ''la.one'')', 'revoke_assignment(id_of(''ours''), core.new_id())'
]) as o
where c.name = 'officer' or o ~ '^(get_case|list_assignments)' or (c.name = 'judge' and o ~ '^(list_|change)');
select act_as('officer');
select is((api.list_cases()).cases, '{}', 'it is in no list');
select act_as('judge');
select is((api.list_cases()).cases, '{}', 'of nobody');
select act_as('officer');
select is((api.list_case_audit(id_of('ours'))).entries[1].action, 'DELETE', 'an officer still reads its trail');

select * from finish();
rollback;
