// A client of the API over HTTP, with persistent connections. It reports answers to `seen`.
import { randomUUID } from "node:crypto";
import { Agent, request as send } from "node:http";
import { now } from "./time.mjs";

/** After this time without an answer, a request counts as hung. */
const PATIENCE = 10_000;

export class Client {
  /** `server` is where it listens: host and port. */
  constructor(server, seen, connections = 1) {
    Object.assign(this, { server, seen });
    this.agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: "fifo" });
  }

  async logIn(fields) {
    const { outcome, headers } = await this.request("POST", "/api/auth/login", { body: fields });
    if (outcome !== 200) throw new Error(`nobody can log in: ${outcome}`);
    this.cookie = headers["set-cookie"][0].split(";")[0];
  }

  /**
   * The outcome is the status, or "cut" (the connection ended before the answer did), "no connection", "hung".
   * It never throws. A body is sent as JSON, except bytes with a type in the headers.
   */
  async request(method, path, { body, headers = {} } = {}) {
    const { server, agent } = this;
    const requestId = randomUUID();
    const options = { host: server.host, port: server.port, method, path, agent };
    options.headers = { "x-request-id": requestId, "content-type": "application/json", ...headers };
    if (this.cookie) options.headers.cookie = this.cookie;
    const content = body === undefined || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    if (content !== undefined) options.headers["content-length"] = Buffer.byteLength(content);
    const began = now();
    const answer = { requestId, method, path, server, began, ...(await exchange(options, content)), ended: now() };
    this.seen.add(answer);
    return answer;
  }

  close() {
    this.agent.destroy();
  }
}

function exchange(options, content) {
  return new Promise((resolve) => {
    const fail = (error) => {
      clearTimeout(late);
      const outcome = error === "hung" ? error : error.syscall === "connect" ? "no connection" : "cut";
      resolve({ outcome, cause: error.code ?? error.message ?? error });
    };
    const outgoing = send(options, (incoming) => {
      const parts = [];
      incoming.on("data", (part) => parts.push(part));
      incoming.on("error", fail);
      incoming.on("end", () => {
        clearTimeout(late);
        const { statusCode: outcome, headers } = incoming;
        resolve({ outcome, headers, body: parse(Buffer.concat(parts).toString()) });
      });
    });
    const late = setTimeout(() => {
      fail("hung");
      outgoing.destroy();
    }, PATIENCE);
    outgoing.on("error", fail);
    outgoing.end(content);
  });
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
