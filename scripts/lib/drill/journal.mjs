// The clients' writes and their answers: the checker compares them with the database.
import { randomUUID } from "node:crypto";
import { now, sleep } from "./time.mjs";

/** How long a patient client retries. */
const PATIENCE = 45_000;

export class Journal {
  writes = [];

  /**
   * Sends a write, and if the client is patient, repeats it under the same key until its outcome is known. `bodyOf`
   * puts the token into the body, which identifies the write later. Returns the last answer.
   */
  async write(kind, caseId, patient, bodyOf, send) {
    const token = `drill:${randomUUID()}`;
    const write = { token, kind, case_id: caseId, outcome: "unknown", version: null, attempts: 0 };
    this.writes.push(write);
    const headers = { "idempotency-key": token };
    const end = now() + PATIENCE;
    let mayBeDone = false;
    for (;;) {
      const answer = await send(bodyOf(token), headers);
      write.attempts += 1;
      const { outcome } = answer;
      if (outcome >= 200 && outcome < 300) {
        Object.assign(write, { outcome: "acknowledged", case_id: answer.body.id, version: answer.body.version });
        return answer;
      }
      if (outcome >= 400 && outcome < 500) {
        write.outcome = "refused";
        return answer;
      }
      mayBeDone ||= isOpen(answer);
      if (!patient || now() > end) {
        if (!mayBeDone) write.outcome = "refused";
        return answer;
      }
      await sleep(pauseAfter(answer));
    }
  }

  count(outcome) {
    return this.writes.filter((write) => write.outcome === outcome).length;
  }

  /** Writes that succeeded only after a repetition. */
  get retried() {
    return this.writes.filter(({ outcome, attempts }) => outcome === "acknowledged" && attempts > 1).length;
  }
}

/** Whether the write may have happened. It has not, after a 503 that does not say so. */
function isOpen({ outcome, body }) {
  return outcome === 503 ? body?.code === "OUTCOME_UNKNOWN" : outcome !== "no connection";
}

/** At most a second, like Retry-After, and at random. */
function pauseAfter({ headers }) {
  const said = Number(headers?.["retry-after"] ?? 0.2);
  return Math.min(said, 1) * 1000 * (0.2 + 0.8 * Math.random());
}
