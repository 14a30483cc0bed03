\ir ../../fixtures.psql

select is(auth.check_role(r::text), null, r::text) from unnest(enum_range(null::core.user_role)) as r;
select is((auth.check_role(v)).code, 'REQUIRED', format('%L', v)) from unnest(array[null, '', ' ']) as v;
select is((auth.check_role(v)).code, 'UNKNOWN_WORD', format('%L', v)) from unnest(array['ADOPTERS', 'adopter', 'postgres']) as v;

select * from finish();
rollback;
