\ir ../../fixtures.psql

select is(core.trimmed(e' \t\n\r\f\u000B\u0085\u00A0\u2003\u2009\u3000\uFEFFa b\uFEFF\u3000\u2009\u2003\u00A0\u0085\u000B\f\r\n\t '), 'a b',
  'white space around a text is removed');
select is(core.trimmed(e' \t\n'), null, 'a text of white space becomes null');
select is(core.trimmed(null), null, 'null gives null');

select * from finish();
rollback;
