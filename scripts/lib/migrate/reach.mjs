// The way to a database that somebody else runs, and that may still be starting.
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "../pg.mjs";

const BETWEEN_TRIES = 250;
const LONGEST_TRY = 10_000;
const LOCAL = /^(localhost|127\.[\d.]+|\[::1\]|)$/;

/** What passes by itself: nobody listens yet, the name is not known yet, the server starts or is full. */
const PASSING = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"],
  ...["57P03", "53300"],
]);

/** What is wrong, what to do about it, and what else there is to say; never the password. */
export class Complaint extends Error {
  constructor(what, ...more) {
    super([`error: ${what}`, ...more.map((line) => `       ${line}`)].join("\n"));
  }
}

/** The URL with an sslmode: on the same machine without TLS, and to another one that proves to be the one that is meant. */
export function databaseUrl(text) {
  const shape = [
    "Make it postgresql://casefile_migrator:password@host:port/database.",
    "The password must be percent-encoded: %40 for @, %2F for /, %3F for ?, %25 for %.",
  ];
  if (!text) throw new Complaint("DATABASE_URL is not set.", ...shape);
  let url;
  try {
    url = new URL(text);
    decodeURIComponent(url.password);
  } catch {
    throw new Complaint("DATABASE_URL is no usable URL.", ...shape);
  }
  // A password that is not encoded ends at its first / or #, and its rest would be said to be a host.
  if (url.pathname.includes("@") || url.hash || url.search.includes("@")) {
    throw new Complaint("DATABASE_URL is no usable URL.", ...shape);
  }
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
    throw new Complaint("DATABASE_URL names no PostgreSQL database.", ...shape);
  }
  if (url.searchParams.has("sslmode")) return text;
  return `${text}${url.search ? "&" : "?"}sslmode=${LOCAL.test(url.hostname) ? "disable" : "verify-full"}`;
}

/** Connects, for so many seconds again and again while there is hope. */
export async function reach(url, seconds, say) {
  const end = Date.now() + seconds * 1000;
  const left = () => end - Date.now();
  for (let tries = 0; ; tries++) {
    try {
      return await connect(url, Math.max(1000, Math.min(left(), LONGEST_TRY)));
    } catch (error) {
      if (!isPassing(error)) throw refusal(url, error);
      if (left() < BETWEEN_TRIES) {
        throw new Complaint(
          `The database server ${address(url)} did not answer within ${seconds} s (${reason(error)}).`,
          "Start it, or correct DATABASE_URL, or wait longer with --wait SECONDS.",
        );
      }
      if (tries === 0) say(`Waiting up to ${seconds} s for the database server ${address(url)} (${reason(error)}).`);
      await pause(BETWEEN_TRIES);
    }
  }
}

function isPassing(error) {
  // The driver gives its own time-outs no code.
  return PASSING.has(error.code) || (!error.code && /timeout|terminated/i.test(error.message));
}

function refusal(url, error) {
  const user = decodeURIComponent(new URL(url).username);
  switch (error.code) {
    case "28P01":
    case "28000":
      return new Complaint(
        `The database server ${address(url)} refuses the login ${user} (${reason(error)}).`,
        "Correct user and password in DATABASE_URL.",
      );
    case "3D000":
      return new Complaint(
        `The database server ${address(url)} has no such database (${reason(error)}).`,
        "Create it and apply db/roles.sql to it as an administrator, or correct DATABASE_URL.",
      );
    case "42501":
      return new Complaint(
        `The login ${user} may not use this database (${reason(error)}).`,
        "Apply db/roles.sql to it as an administrator, or correct DATABASE_URL.",
      );
    default:
      return new Complaint(
        `The database server ${address(url)} cannot be used (${reason(error)}).`,
        "Correct DATABASE_URL; about TLS, its sslmode and sslrootcert.",
      );
  }
}

function address(url) {
  const { hostname, port, searchParams } = new URL(url);
  return `${hostname || searchParams.get("host") || "of this machine"}:${port || 5432}`;
}

function reason(error) {
  return error.message || error.code;
}
