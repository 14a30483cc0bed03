// Connects to a database of somebody else, which may still be starting.
import { setTimeout as pause } from "node:timers/promises";
import { connect } from "../pg.mjs";

const BETWEEN_TRIES = 250;
const LONGEST_TRY = 10_000;
const LONGEST_TRY_OF_SEVERAL = 3000;

/** The name of a file of WAL begins with the timeline, which a promotion moves on. */
const TIMELINE = `
  select case when not pg_is_in_recovery() and current_setting('transaction_read_only') = 'off'
    then left(pg_walfile_name(pg_current_wal_lsn()), 8)
  end as timeline`;
const LOCAL = /^(localhost|127\.[\d.]+|\[::1\]|)$/;

/** Temporary errors: nothing listens yet, the name is unknown yet, the server starts or is full. */
const PASSING = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN"],
  ...["57P03", "53300"],
]);

/** The error, the remedy, and any other details; never the password. */
export class Complaint extends Error {
  constructor(what, ...more) {
    super([`error: ${what}`, ...more.map((line) => `       ${line}`)].join("\n"));
  }
}

/** A URL for each host of the URL: libpq accepts several hosts, but our driver and dbmate's do not. */
export function databaseUrls(text) {
  const [, start, places, rest] = /^([^/?#]*:\/\/(?:[^@/?#]*@)?)([^@/?#]*)(.*)$/s.exec(text ?? "") ?? [];
  const urls = places?.includes(",") ? places.split(",").map((place) => start + place + rest) : [text];
  return urls.map((url) => databaseUrl(withoutTarget(url)));
}

/** A migration sets the same anyway. */
function withoutTarget(text) {
  if (!text?.includes("target_session_attrs=")) return text;
  const [, target] = /[?&]target_session_attrs=([^&]*)/.exec(text) ?? [];
  if (!["read-write", "primary", "any"].includes(target)) {
    throw new Complaint(
      `DATABASE_URL has target_session_attrs=${target}, and a migration writes.`,
      "Make it read-write, or leave it out.",
    );
  }
  const [address, query] = text.split("?", 2);
  const others = query.split("&").filter((parameter) => !parameter.startsWith("target_session_attrs="));
  return others.length > 0 ? `${address}?${others.join("&")}` : address;
}

/** The URL with an sslmode: without TLS on this machine, and with verification for another. */
function databaseUrl(text) {
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
    throw new Complaint("DATABASE_URL is not a usable URL.", ...shape);
  }
  // An unencoded password ends at its first / or #, and an error would show the rest as a host.
  if (url.pathname.includes("@") || url.hash || url.search.includes("@")) {
    throw new Complaint("DATABASE_URL is not a usable URL.", ...shape);
  }
  if (!/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2) {
    throw new Complaint("DATABASE_URL names no PostgreSQL database.", ...shape);
  }
  if (url.searchParams.has("sslmode")) return text;
  return `${text}${url.search ? "&" : "?"}sslmode=${LOCAL.test(url.hostname) ? "disable" : "verify-full"}`;
}

/**
 * Connects to the one writable host, and retries temporary errors for so many seconds. Returns the client and the URL of
 * that host.
 */
export async function reach(urls, seconds, say) {
  const end = Date.now() + seconds * 1000;
  const left = () => end - Date.now();
  const patience = () => Math.max(1000, Math.min(left(), urls.length > 1 ? LONGEST_TRY_OF_SEVERAL : LONGEST_TRY));
  for (let tries = 0; ; tries++) {
    const hosts = await Promise.all(urls.map((url) => tryHost(url, patience(), urls.length > 1)));
    const primary = newest(hosts);
    for (const { client } of hosts) if (client && client !== primary?.client) await client.end();
    if (primary) return primary;

    const hopeless = hosts.find(({ error }) => error && !isPassing(error));
    if (hopeless) throw refusal(hopeless.url, hopeless.error);
    const [servers, reasons] = describe(hosts);
    if (left() < BETWEEN_TRIES) {
      throw new Complaint(
        `${servers[0].toUpperCase()}${servers.slice(1)} did not answer within ${seconds} s (${reasons}).`,
        "Start it, or correct DATABASE_URL, or wait longer with --wait SECONDS.",
      );
    }
    if (tries === 0) say(`Waiting up to ${seconds} s for ${servers} (${reasons}).`);
    await pause(BETWEEN_TRIES);
  }
}

function describe(hosts) {
  if (hosts.length === 1) return [`the database server ${address(hosts[0].url)}`, reason(hosts[0].error)];
  const reasons = hosts.map(({ url, error }) => `${address(url)}: ${error ? reason(error) : "a standby"}`);
  return ["a database server that takes changes", reasons.join(", ")];
}

/** For several hosts, the timeline of a writable one: of two, the older does not know that it was replaced. */
async function tryHost(url, patience, isOneOfSeveral) {
  let client;
  try {
    client = await connect(url, patience);
    if (!isOneOfSeveral) return { url, client, timeline: "" };
    client.on("error", () => {});
    const { rows } = await client.query({ text: TIMELINE, query_timeout: patience });
    return { url, client, timeline: rows[0].timeline };
  } catch (error) {
    client?.end().catch(() => {});
    return { url, error };
  }
}

function newest(hosts) {
  const primaries = hosts.filter(({ timeline }) => typeof timeline === "string");
  return primaries.sort((a, b) => (a.timeline < b.timeline ? 1 : -1))[0];
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
