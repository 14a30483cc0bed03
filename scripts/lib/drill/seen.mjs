// The answers that clients saw, and whether they keep the promises.
import { now } from "./time.mjs";

/** The longest normal answer, in milliseconds. */
const SLOW = 1000;
const LONGEST_WAIT = 3000;
/** How long a client may wait for the answer that the database is unavailable. */
const LONGEST_REFUSAL = 2200;
const NORMAL_AGAIN_WITHIN = 1000;
/** How long a server may be stale, if it may at all. */
const LONGEST_STALE = 2000;
/** A service counts as normal only after a while. */
const SHORTEST_LOOK = 500;

const isFine = (outcome) => outcome === 409 || (outcome >= 200 && outcome < 300);

export class Seen {
  requests = [];
  stale = [];
  /** Answers that the outcome of a write is unknown. */
  unknown = 0;

  add({ method, path, outcome, cause, began, ended, headers, body, requestId, server }) {
    const request = { outcome, began, ended, server };
    if (!isFine(outcome)) {
      const said = cause ?? body?.details ?? body?.error ?? body;
      Object.assign(request, { what: `${method} ${withoutIds(path)}`, said, requestId });
      request.saysWhen = headers?.["retry-after"] !== undefined;
    }
    if (body?.code === "OUTCOME_UNKNOWN") this.unknown += 1;
    this.requests.push(request);
  }

  /** A read older than an earlier answer. */
  addStale({ id, told, given }, { server, began }) {
    this.stale.push({ id, told, given, server, began });
  }

  /** From this moment on, all should be well again. */
  faultEnds(at = now()) {
    this.faultEnded = at;
  }

  lookingEnds() {
    this.looked = now();
  }

  /** The moment of the first bad answer after that. */
  firstRefusal(from) {
    const refused = this.requests.filter(({ outcome, ended }) => ended >= from && !isFine(outcome));
    return refused.reduce((first, { ended }) => Math.min(first, ended), now());
  }

  /** Whether `server` has answered everything well for so many milliseconds. */
  isNormal(server, lately) {
    const since = now() - lately;
    const asked = this.requests.filter(({ server: by, ended }) => by === server && ended >= since);
    return asked.length > 0 && asked.every(({ outcome, began, ended }) => isFine(outcome) && ended - began <= SLOW);
  }

  counts() {
    const counts = new Map();
    for (const { outcome } of this.requests) {
      const name = outcome >= 200 && outcome < 300 ? "2xx" : String(outcome);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)));
  }

  /** Only of requests that were answered or cut, in milliseconds. */
  longestWait(of = this.requests) {
    return of.reduce((longest, { began, ended }) => Math.max(longest, ended - began), 0);
  }

  /**
   * Milliseconds from the end of the fault until every further request (to `server`, if stated) went well; none if
   * never.
   */
  normalAgainAfter(server) {
    const bad = this.requests.filter(
      ({ outcome, began, ended, server: asked }) =>
        began >= this.faultEnded &&
        (!isFine(outcome) || ended - began > SLOW) &&
        (server === undefined || asked === server),
    );
    const last = bad.reduce((latest, { began }) => Math.max(latest, began), this.faultEnded);
    return this.looked - last < SHORTEST_LOOK ? undefined : last - this.faultEnded;
  }

  /**
   * The broken promises, in words. `mayCut`: the drill itself, or the server, ends connections. `undisturbed`: only
   * the drill's own clients may notice anything. `refuses`: without a 503, there was no fault. `within`: the longest
   * duration in milliseconds. `mayBeStale`: the server that promises only a short staleness.
   */
  problems({
    mayCut = false,
    undisturbed = false,
    refuses = false,
    within = NORMAL_AGAIN_WITHIN,
    mayBeStale,
  } = {}) {
    const problems = [];
    const by = new Map();
    for (const request of this.requests) {
      const { outcome } = request;
      if (isFine(outcome) || (outcome === 503 && !undisturbed)) continue;
      if (mayCut && (outcome === "cut" || outcome === "no connection")) continue;
      by.set(outcome, [...(by.get(outcome) ?? []), request]);
    }
    for (const [outcome, [first, ...others]] of by) {
      problems.push(`${outcome} to ${others.length + 1} requests (${first.what}: ${first.said}; ${first.requestId})`);
    }
    const refused = this.requests.filter(({ outcome }) => outcome === 503);
    const silent = refused.filter(({ saysWhen }) => !saysWhen).length;
    if (refuses && refused.length === 0) problems.push("nobody was told 503: was there a fault at all?");
    if (silent > 0) problems.push(`503 without Retry-After ${silent} times`);
    const answered = this.requests.filter(({ outcome }) => typeof outcome === "number");
    problems.push(
      ...tooLong("an answer took", this.longestWait(answered), LONGEST_WAIT),
      ...tooLong("a 503 took", this.longestWait(refused), LONGEST_REFUSAL),
      ...this.#recovery(within),
      ...this.#staleness(mayBeStale),
    );
    return problems;
  }

  #staleness(mayBeStale) {
    const unexpected = this.stale.filter(({ server }) => server.name !== mayBeStale);
    const problems = tooLong("stale reads went on for", this.staleFor(), LONGEST_STALE);
    if (unexpected.length === 0) return problems;
    const [{ id, told, given, server }] = unexpected;
    const example = `case ${id}: version ${told} told, ${given || "none"} given, by ${server.name}`;
    return [...problems, `${unexpected.length} reads were older than what had been told (${example})`];
  }

  /** From the first stale read to the last. */
  staleFor() {
    const moments = this.stale.map(({ began }) => began);
    return moments.length === 0 ? 0 : Math.max(...moments) - Math.min(...moments);
  }

  #recovery(within) {
    if (this.faultEnded === undefined) return [];
    const after = this.normalAgainAfter();
    if (after === undefined) return ["not normal again while anybody looked"];
    return tooLong("normal again only after", after, within);
  }
}

const tooLong = (what, took, limit) => (took > limit ? [`${what} ${Math.round(took)} ms (limit ${limit})`] : []);

const withoutIds = (path) => path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{id}");
