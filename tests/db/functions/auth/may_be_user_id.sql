\ir ../../fixtures.psql

select is(auth.may_be_user_id(s), true, s) from unnest(array['ada', 'a|b', repeat('x', 100)]) as s;
select isnt(auth.may_be_user_id(s), true, format('%L', s)) from unnest(array[null, '', ' ada', repeat('x', 101), e'a\u200Bda', e'Zoe\u0308']) as s;

select * from finish();
rollback;
