\ir ../../fixtures.psql

select act_as_server();
select is((api.list_courts())[2]::text, '(BFC,"Birmingham Family Court",Midlands)', 'each court has its code, name and region');

select act_as_dba();
select is(
  array(select c.name from unnest(api.list_courts()) with ordinality as c order by c.ordinality),
  array(select c.name from core.courts as c order by c.name), 'all courts are listed by name'
);
select is(outcome(c.name, 'select api.list_courts()'), '42501', 'only the server may call it, not ' || c.name) from callers as c;

select * from finish();
rollback;
