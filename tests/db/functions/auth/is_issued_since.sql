\ir ../../fixtures.psql

select act_as_dba();
select is(auth.is_issued_since(c.claims::jsonb, c.since), c.issued, format('a token counts as issued since then only by its iat: %s since %s', c.claims, c.since))
from (
  values
    ('{}', null::timestamptz, true),
    ('{"iat": 1800000000}', null, true),
    ('{}', to_timestamp(1800000000), false),
    ('{"iat": null}', to_timestamp(1800000000), false),
    ('{"iat": "1800000001"}', to_timestamp(1800000000), false),
    ('{"iat": 1799999999}', to_timestamp(1800000000), false),
    ('{"iat": 1800000000}', to_timestamp(1800000000), true),
    ('{"iat": 1800000000}', to_timestamp(1800000000.000001), false),
    ('{"iat": 1800000001}', to_timestamp(1800000000.999999), true),
    ('{"iat": 1800000000.9}', to_timestamp(1800000000.5), true),
    ('{"iat": 1e300}', to_timestamp(1800000000), true),
    ('{"iat": -1e300}', to_timestamp(1800000000), false)
) as c (claims, since, issued);

select * from finish();
rollback;
