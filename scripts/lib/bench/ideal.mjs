// The ideal: the cases of an answer by one plain prepared statement, under the same role, policies and settings. It calls
// only the policies' functions, so that this limit does not move with our other functions.
//
// It leaves out what no join gives: the computed permissions, transitions and attention, and the history.
import { connect } from "../pg.mjs";
import { callerSettings } from "./caller.mjs";
import { ask } from "./server.mjs";
import { apiUrl } from "./settings.mjs";

const columns = `
  c.id, c.case_number, c.case_type, c.status, c.court_code, t.name as court, c.version, c.created_at, c.updated_at,
  c.next_hearing, d.created_by, d.notes, d.internal_notes, d.staff_comments, d.linked_family_court_case_reference,
  p.applicant_ids, p.assigned_judge, p.organisation_ids, r.reason`;

const sides = `
join core.courts as t on t.code = c.court_code
left join core.case_details as d on d.case_id = c.id and d.version = c.details_version
left join core.case_participants as p on p.case_id = c.id
left join core.status_change_particulars as r on r.status_change_id = c.status_change_id`;

export const oneCase = (id) => `
select ${columns}
from core.cases as c ${sides}
where c.id = ${id} and c.deleted_at is null`;

const page = (cases, total) => `
select ${columns}, (${total}) as total
from ${cases} ${sides}
order by c.created_at desc, c.id desc`;

const newestOfCourt = `(
  select * from core.cases as k where k.deleted_at is null order by k.created_at desc, k.id desc limit 20
) as c`;

/** For a caller who reaches a whole court: its tally is the total. */
export const pageOfCourt = page(newestOfCourt, "select sum(s.case_count) from core.case_number_series as s");

/** The same without tallies. */
export const pageCounted = page(newestOfCourt, "select count(*) from core.cases as n where n.deleted_at is null");

/** For a caller who reaches cases by name, each in one way. */
export const pageByName = page(
  `(
  select w.case_id from core.case_reach as w order by w.created_at desc, w.case_id desc limit 20
) as w
join core.cases as c on c.id = w.case_id`,
  "select count(*) from core.case_reach as n",
);

/** A connection that acts as a session's caller from its first statement on. */
export async function callerUrl(database, token) {
  // No plan of a page reads a whole table, not even a small one.
  const settings = { ...(await callerSettings(database, token)), enable_seqscan: "off" };
  const options = Object.entries(settings).map(([name, value]) => `-c ${name}=${value}`);
  // Not by URLSearchParams: its + for a blank is not libpq's.
  return `${apiUrl(database)}&options=${encodeURIComponent(options.join(" "))}`;
}

/** Refuses a wrong ideal: one that finds other cases than the server, or reads more than an index. */
export async function checkIdeal({ database, server }, { statement, path, token }) {
  const answer = await ask(server, { path, token });
  const wanted = (answer.cases ?? [answer]).map(({ id }) => id);
  const client = await connect(await callerUrl(database, token));
  const { rows } = await client.query(statement);
  const explained = await client.query(`explain (analyze, format json) ${statement}`);
  await client.end();
  const isSame = String(rows.map(({ id }) => id)) === String(wanted);
  if (!isSame || (answer.pagination && Number(rows[0].total) !== answer.pagination.total)) {
    throw new Error(`The ideal of ${path} gives other cases than the server does:${statement}`);
  }
  const most = mostRows(JSON.parse(explained.rows[0]["QUERY PLAN"])[0].Plan);
  if (most > 100) throw new Error(`The ideal of ${path} reads ${most} rows in one step of its plan:${statement}`);
}

function mostRows(node) {
  const read = node["Actual Loops"] * (node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0));
  return Math.max(read, ...(node.Plans ?? []).map(mostRows));
}
