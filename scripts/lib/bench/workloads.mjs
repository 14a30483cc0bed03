// W1 to W10. For each: wrk's requests, the requests to trace for pgbench, and how pgbench varies their parameters.
import { caseId, caseIdOf, courts, digest, freshCase, officerDigestOf, stride } from "./caseload.mjs";
import { oneCase, pageByName, pageCounted, pageOfCourt } from "./ideal.mjs";
import { pipeline } from "./pgbench.mjs";
import * as postgraphile from "./postgraphile.mjs";
import { ask } from "./server.mjs";
import { cases, connections } from "./settings.mjs";

const reason = "The report of the local authority is outstanding";
const newCase = { caseType: "AGENCY_ADOPTION", notes: "Placement order made on 2 February" };
const cookie = (token) => `casefile_session=${token}`;
const thrice = (request) => [request, request, request];
const same = (token, path) => ({ script: "same.lua", settings: { COOKIE: cookie(token), PATH: path } });

const list = (name, title, floor, aim, token, statement) => ({
  name,
  title,
  floor,
  aim,
  unit: "of the ideal",
  many: true,
  wrk: () => same(token, "/api/cases"),
  probes: () => thrice({ path: "/api/cases", token }),
  pgbench: (statements) => pipeline(statements),
  ideal: { token, path: "/api/cases", statement, script: () => `${statement};` },
});

const newest = {
  ...list(
    "W2",
    `list of 20, newest first, officer, court of ${(cases / courts).toLocaleString("en")}`,
    0.45,
    0.6,
    "officer.0",
    pageOfCourt,
  ),
  graphql: postgraphile.newestCases,
  postgrest: () => ({ statement: pageCounted }),
};

const create = (name, title, floor, aim, firstCourt) => ({
  name,
  title,
  floor,
  aim,
  writes: true,
  chained: true,
  wrk: () => ({ script: "create.lua", settings: { FIRST_COURT: firstCourt, BODY: JSON.stringify(newCase) } }),
  probes: () => thrice({ method: "POST", path: "/api/cases", token: `officer.${firstCourt}`, body: newCase }),
  pgbench(statements) {
    const { text, variables } = pipeline(statements, { [digest(`officer.${firstCourt}`)]: officerDigestOf("court") });
    return { text: `\\set court random(${firstCourt}, ${courts - 1})\n${text}`, variables };
  },
});

const anyOfFirstCourt = (load) => `\\set number 1000000 + ${courts} * random(0, ${load.cases / courts - 1})\n`;

const get = {
  name: "W1",
  title: "get one case, officer",
  floor: 0.2,
  aim: 0.3,
  unit: "of the ideal",
  many: true,
  wrk: (load) => ({ script: "get.lua", settings: { COOKIE: cookie("officer.0"), COURT: 0, CASES: load.cases } }),
  probes: () => thrice({ path: `/api/cases/${caseId(0)}`, token: "officer.0" }),
  pgbench(statements, load) {
    const { text, variables } = pipeline(statements, { [caseId(0)]: caseIdOf("number") });
    return { text: anyOfFirstCourt(load) + text, variables };
  },
  ideal: {
    token: "officer.0",
    path: `/api/cases/${caseId(0)}`,
    statement: oneCase(`'${caseId(0)}'`),
    script: (load) => `${anyOfFirstCourt(load)}${oneCase(caseIdOf("number"))};`,
  },
  graphql: postgraphile.oneCase,
  postgrest: (load) => ({ prelude: anyOfFirstCourt(load), statement: oneCase(caseIdOf("number")) }),
};

/** A run takes this many fresh cases for each connection, and reuses them after it has moved all of them. */
const walkOf = (load) => Math.floor(load.cases / 2 / 400);

const change = {
  name: "W6",
  title: "change status, random cases, version stated",
  floor: 0.6,
  aim: 0.75,
  writes: true,
  chained: true,
  async wrk(load) {
    const length = walkOf(load) * connections;
    const first = await load.takeFresh(length);
    const settings = { FIRST: first, LENGTH: length, FRESH: load.cases / 2, STRIDE: stride, REASON: reason };
    return { script: "change.lua", settings };
  },
  async probes(load) {
    const { id, court } = freshCase(await load.takeFresh(1), load.cases / 2);
    this.probed = { id, token: `officer.${court}` };
    return ["ON_HOLD", "APPLICATION", "ON_HOLD"].map((status, moved) => ({
      method: "PATCH",
      path: `/api/cases/${id}/status`,
      token: `officer.${court}`,
      body: { status, reason, version: moved + 1 },
    }));
  },
  async pgbench(statements, load) {
    const length = walkOf(load);
    const first = await load.takeFresh(length * connections);
    const varying = {
      [this.probed.id]: caseIdOf("number"),
      [digest(this.probed.token)]: officerDigestOf("court"),
      3: ":version",
    };
    const hold = pipeline(statements, { ...varying, ON_HOLD: ":hold" }, "h");
    const resume = pipeline(statements, { ...varying, ON_HOLD: ":application" }, "r");
    const text = [
      `\\set turn ((${first} + :client_id * ${length} + :moved % ${length}) * ${stride}) % ${load.cases / 2}`,
      `\\set court :turn % ${courts}`,
      `\\set number 1000000 + (:turn / ${courts} * 2 + 1) * ${courts} + :court`,
      `\\set version 1 + :moved / ${length}`,
      "\\set moved :moved + 1",
      "\\if :version % 2 = 1",
      hold.text,
      "\\else",
      resume.text,
      "\\endif",
    ].join("\n");
    const variables = { ...hold.variables, ...resume.variables, hold: "ON_HOLD", application: "APPLICATION", moved: 0 };
    return { text, variables };
  },
};

/** The 500th page, or the last but one if there are fewer. */
const page = Math.min(500, cases / courts / 20 - 1);

const farPage = {
  name: "W7",
  title: `page ${page}, by cursor`,
  ceiling: 1.2,
  wrk: (load) => same("officer.0", load.farPage),
  others: { first: () => same("officer.0", "/api/cases") },
  async prepare(load) {
    const { pagination } = await ask(load.server, { path: `/api/cases?page=${page - 1}`, token: "officer.0" });
    load.farPage = `/api/cases?cursor=${pagination.nextCursor}`;
  },
  probes: (load) => thrice({ path: load.farPage, token: "officer.0" }),
  pgbench: (statements) => pipeline(statements),
  measure: (round) => round.first.rate / round.http.rate,
  unit: "x the first page",
  quickRuns: 2,
};

export const roles = ["officer", "judge", "cafcass", "social", "agency", "adopter"];
const mixed = (load, some) => ({ script: "mixed.lua", settings: { ROLES: some.join(" "), READERS: load.readers } });

const allRoles = {
  name: "W8",
  title: "W1 with the six roles at random",
  floor: 0.8,
  aim: 0.95,
  wrk: (load) => mixed(load, roles),
  others: Object.fromEntries(roles.map((role) => [role, (load) => mixed(load, [role])])),
  // Equally many requests of each role, so their times are averaged.
  measure: (round) => round.http.rate / (roles.length / roles.reduce((sum, role) => sum + 1 / round[role].rate, 0)),
  unit: "of the single roles",
  quickRuns: 2, // of seven each
};

/** Each fills a page, also of a court of 200. */
const questions = [
  "status=APPLICATION",
  "status=CONSENT_AND_REPORTING",
  "caseType=AGENCY_ADOPTION",
  "dateFrom=YEAR-03-01&dateTo=YEAR-05-31",
  "dateFrom=YEAR-06-01",
  "dateTo=YEAR-06-30",
  "caseNumber=NUMBERS",
  "sortBy=createdAt&sortOrder=asc",
  ...["caseNumber", "status", "attention"].flatMap((key) => ["asc", "desc"].map((order) => `sortBy=${key}&sortOrder=${order}`)),
];

const asked = (question, load) => question.replaceAll("YEAR", load.year).replace("NUMBERS", encodeURIComponent(load.numbers));

const everyQuestion = {
  name: "W9",
  title: "every filter and sort of a list",
  parts: questions.map((question) => ({
    name: "W9",
    title: question,
    ceiling: 1.3,
    aim: 1.1,
    wrk: (load) => same("officer.0", `/api/cases?${asked(question, load)}`),
    measure: ({ http, small }) => small.rate / http.rate,
    unit: "x with fewer cases",
    longest: 2,
  })),
};

const ofCounty = (title, wrk, other) => ({
  name: "W10",
  title,
  ceiling: 3,
  aim: 1.5,
  flat: true,
  wrk,
  others: { [other.name]: (load) => other.wrk(load) },
  measure: (round) => round[other.name].rate / round.http.rate,
  unit: `x ${other.name}`,
  quickRuns: 1,
});

const manyCases = {
  name: "W10",
  title: "social worker with 5,000 cases",
  parts: [
    ofCounty("get one case", (load) => mixed(load, ["county"]), get),
    ofCounty("list of 20", () => same("social.county", "/api/cases"), newest),
  ],
};

export const workloads = [
  get,
  newest,
  list("W3", "list of 20, judge with 40 assignments", 0.4, 0.55, "judge.0", pageByName),
  create("W4", "create a case, 50 courts at random", 0.6, 0.75, 0),
  create("W5", "create in one single court", 0.8, 0.95, courts - 1),
  change,
  farPage,
  allRoles,
  everyQuestion,
  manyCases,
];
