\ir ../../fixtures.psql

select ok(auth.is_safe_return_url(u), 'this URL is safe: ' || u)
from unnest('{
  /,/cases,"/cases?status=ON_HOLD&page=2#top",/cases/../dashboard,/a//b,/%2F%2Fother.example,"/?to=https://other.example","/café"
}'::text[]) as u;
select ok(auth.is_safe_return_url('/' || repeat('x', 1999)), 'a path of 2,000 characters is safe');

select ok(not auth.is_safe_return_url(u), 'this URL is not safe: ' || to_jsonb(u)::text)
from unnest(array[
  '', 'cases', '//other.example', '///other.example', '/\other.example', '\\other.example', '\/other.example', '/cases\..\x',
  'https://other.example', 'HTTPS:/other.example', 'javascript:alert(1)', 'data:text/html,x', '?x', '#x', './x', ' /cases', '/ca ses',
  e'/\t/other.example', e'/\n/other.example', e'/cases\n', e'/cases\r\nSet-Cookie: a=b', e'\n/cases', e'/\u000B/other.example', e'/\u0001', e'/\u007f',
  '/' || repeat('x', 2000)
]) as u;
select ok(not auth.is_safe_return_url(null), 'null is not safe');

select * from finish();
rollback;
