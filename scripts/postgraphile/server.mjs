// The tables of cases by GraphQL, as a comparison for scripts/bench: PostGraphile 4, as for production, without procedures
// or mutations. Usage: node server.mjs PORT, with DATABASE_URL, and with CALLER: the role and claims of every request, as
// JSON.
import { createServer } from "node:http";
import buildPg from "graphile-build-pg";
import utils from "graphile-utils";
import pg from "pg";
import { postgraphile } from "postgraphile";

const port = Number(process.argv[2]);
const caller = JSON.parse(process.env.CALLER);

// An answer shows a case from these tables, with the joins of core.case_records.
const relations = makeRelations({
  court: "(court_code) references core.courts (code)",
  details: "(id, details_version) references core.case_details (case_id, version)",
  participants: "(id) references core.case_participants (case_id)",
  statusChange: "(status_change_id) references core.status_change_particulars (status_change_id)",
});

function makeRelations(keys) {
  const foreignKey = Object.entries(keys).map(([name, key]) => `${key}|@fieldName ${name}`);
  return utils.makeJSONPgSmartTagsPlugin({ version: 1, config: { class: { "core.cases": { tags: { foreignKey } } } } });
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const handler = postgraphile(pool, ["core"], {
  appendPlugins: [relations],
  skipPlugins: [
    buildPg.PgQueryProceduresPlugin,
    buildPg.PgMutationProceduresPlugin,
    buildPg.PgComputedColumnsPlugin,
    buildPg.PgBackwardRelationPlugin,
  ],
  disableDefaultMutations: true,
  disableQueryLog: true,
  pgSettings: () => caller,
});

createServer(handler).listen(port, "127.0.0.1");
