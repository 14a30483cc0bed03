\ir ../../fixtures.psql

select is(
  audit.changed_fields('{"same": 1, "other": 1, "gone": 1, "was": 1, "is": null}', '{"same": 1, "other": 2, "was": null, "is": 1, "new": 1}'),
  '{"other": 1, "gone": 1, "was": 1, "is": null}', 'it returns the fields that differ in the second image'
);
select is(audit.changed_fields('{"a": null}', '{}'), '{"a": null}', 'a null field differs from an absent one');
select is(audit.changed_fields('{"a": {"b": 1}}', '{"a": {"b": 1}}'), '{}', 'equal images give an empty object');

select * from finish();
rollback;
