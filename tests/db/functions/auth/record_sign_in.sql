\ir ../../fixtures.psql
\ir ../../directory.psql

-- By the index, even with a plan made while the table was empty, which may be kept.
select is(
  scans('auth.sign_ins_refused_idx', 'select sign_in(4, claims(''nobody'')) from generate_series(1, 10)'), 10::bigint, 'an earlier refusal is looked up in its index'
);
select is(scans('auth.sign_ins', 'select sign_in(4, claims(''nobody'')) from generate_series(1, 10)'), 0::bigint, 'the table of sign-ins is not scanned');

select * from finish();
rollback;
