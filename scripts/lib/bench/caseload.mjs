// Where caseload/*.sql puts its data.
import { createHash } from "node:crypto";

export const courts = 50;

/** Case n, from 0: see caseload/cases.sql. */
export const caseId = (n) => `01940000-0000-7000-8000-00000${1_000_000 + n}`;

/** The same for pgbench, which has no texts: the id of a case, with 1,000,000 + n in the variable. */
export const caseIdOf = (variable) => `lpad(:${variable}, 32, '01940000000070008000000000000000')::uuid`;

/** The server's form of a session's token, as PostgreSQL prints it. */
export const digest = (token) => `\\x${createHash("sha256").update(token).digest("hex")}`;

/** For the officer of the court with the number in the variable. */
export const officerDigestOf = (variable) => `sha256(('officer.' || :${variable})::bytea)`;

/** The fresh cases, in W6's order: far apart. Prime to any number of them. */
export const stride = 309_017;

export function freshCase(turn, count) {
  const place = (turn * stride) % count;
  const court = place % courts;
  return { id: caseId((Math.floor(place / courts) * 2 + 1) * courts + court), court };
}
