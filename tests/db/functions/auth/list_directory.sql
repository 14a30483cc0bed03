\ir ../../fixtures.psql
\ir ../../directory.psql

select act_as_registrar();
select results_eq(
  $$select d.user_id, d.enabled, d.user_role, d.court, d.organisation_id from auth.list_directory() as d$$,
  $$
    values
      ('nora', true, null, null, null),
      ('sara', true, 'HMCTS_CASE_OFFICER', 'Leeds Family Court', null),
      ('sara', true, 'LA_SOCIAL_WORKER', null, 'la.one'),
      ('sara', true, 'LA_SOCIAL_WORKER', null, null),
      ('una', true, 'HMCTS_CASE_OFFICER', 'Birmingham Family Court', null)
  $$,
  'it lists every user with the memberships'
);
select auth.end_membership(membership('una'));
select is((select count(d.membership_id) from auth.list_directory() as d where d.user_id = 'una'), 0::bigint, 'ended memberships are not listed');
select is((select count(*) from auth.list_claim_rules()), 3::bigint, 'it lists the claim rules');
select auth.end_claim_rule(membership('rule judges'));
select is((select count(*) from auth.list_claim_rules()), 2::bigint, 'ended rules are not listed');
select is(outcome(c.name, s), '42501', 'this function may not be called by ' || c.name)
from callers as c, unnest('{select from auth.list_directory(),select from auth.list_claim_rules()}'::text[]) as s;

select * from finish();
rollback;
