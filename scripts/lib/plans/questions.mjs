// The questions asked of the caseload of scripts/bench, and their callers. A question is a name and the call that answers it; $1 is a case
// that the caller reaches.

/** The sessions of scripts/lib/bench/sessions.sql. */
export const callers = [
  { name: "officer", token: "officer.0" },
  { name: "judge", token: "judge.0" },
  { name: "Cafcass officer", token: "cafcass.0" },
  { name: "social worker", token: "social.0" },
  { name: "social worker with 5,000 cases", token: "social.county" },
  { name: "agency worker", token: "agency.0" },
  { name: "adopter", token: "adopter.0" },
];

/** The caseload is from the previous year. */
const day = (month) => `make_date(extract(year from now())::integer - 1, ${month}, 1)`;

const lists = [
  "p_status => 'APPLICATION'",
  "p_status => 'ORDER_GRANTED'",
  "p_case_type => 'AGENCY_ADOPTION'",
  "p_status => 'DIRECTIONS', p_case_type => 'AGENCY_ADOPTION'",
  `p_date_from => ${day(6)}`,
  `p_date_to => ${day(3)}`,
  `p_date_from => ${day(6)}, p_date_to => ${day(7)}`,
  "p_case_number => 'BFC/2'",
  "p_sort_by => 'createdAt', p_sort_order => 'asc'",
  ...["caseNumber", "status", "attention"].flatMap((key) =>
    ["asc", "desc"].map((order) => `p_sort_by => '${key}', p_sort_order => '${order}'`),
  ),
  "p_sort_by => 'status', p_status => 'APPLICATION'",
  "p_page => 10",
];

/** Each with its operation. */
export const questions = [
  { name: "get", call: "api.get_case($1)" },
  { name: "list", call: "api.list_cases()" },
  ...lists.map((given) => ({ name: `list, ${nameOf(given)}`, call: `api.list_cases(${given})` })),
  { name: "documents", call: "api.list_documents($1)" },
  { name: "assignments", call: "api.list_assignments($1)" },
  { name: "organisations", call: "api.list_organisations($1)" },
  { name: "audit", call: "api.list_case_audit($1)" },
];

/** An administrator's questions about one case. */
export const checks = [
  { name: "broken chains of a case", call: "audit.find_broken_chains($1)" },
  { name: "faults of a case", call: "audit.find_faults($1, $1)" },
  { name: "reach of a case", call: "core.find_reach_faults($1, $1)" },
];

/** p_date_from => make_date(..., 6, 1) is "date_from 6". */
function nameOf(given) {
  return given.replace(/make_date\(.*?, (\d+), 1\)/g, "month $1").replace(/p_(\w+) => /g, "$1 ").replaceAll("'", "");
}
