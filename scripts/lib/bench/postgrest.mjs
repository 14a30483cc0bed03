// The statements that PostgREST would send for the same columns, by pgbench, because our registries have no build of it. This is
// without its HTTP, so that PostgREST itself would be slower.
import { callerSettings } from "./caller.mjs";

/** A request of its own kind: a transaction, the caller's settings, and one statement that makes JSON of rows. */
export async function postgrestScript(database, token, { prelude = "", statement }) {
  const settings = await callerSettings(database, token);
  const set = Object.entries({ search_path: '"core", "public"', ...settings })
    .map(([name, value]) => `set_config('${name}', '${value}', true)`)
    .join(", ");
  return `${prelude}begin isolation level read committed read only;
select ${set};
with pgrst_source as (${statement})
select
  null::bigint as total_result_set,
  count(t) as page_total,
  coalesce(json_agg(t), '[]') as body,
  nullif(current_setting('response.headers', true), '') as response_headers,
  nullif(current_setting('response.status', true), '') as response_status
from (select * from pgrst_source) as t;
commit;`;
}
