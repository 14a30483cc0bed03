// The release server, deployed as usual, on a database of the benchmark.
import { closeSync, openSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { apiUrl, casefile, state, statements } from "./settings.mjs";
import { start } from "./programs.mjs";

const PATIENCE_MS = 15_000;

export async function startServer(database) {
  const port = await freePort();
  const env = {
    APP_ENV: "TEST",
    AUTH_MODE: "mock",
    LOG_FORMAT: "json",
    PORT: String(port),
    DATABASE_URL: apiUrl(database),
    DATABASE_POOL_SIZE: "10",
    DATABASE_STATEMENTS: statements,
    DOCUMENT_STORE_URL: `file://${encodeURI(join(state, "documents", database))}`,
  };
  return startProgram(casefile, ["serve"], env, {
    url: `http://127.0.0.1:${port}`,
    logName: join(state, `server-${database}.log`),
    isReady: (url) => answers(`${url}/ready`),
  });
}

/** Started and ready; `startMs` is how long that took. */
export async function startProgram(program, args, env, { url, logName, isReady }) {
  const log = openSync(logName, "w");
  const from = performance.now();
  const child = start(program, args, { env, stdio: ["ignore", log, log] });
  closeSync(log);
  const ended = new Promise((resolve) => child.on("exit", resolve));
  while (!(await isReady(url))) {
    if (child.exitCode !== null) throw new Error(`${program} ended by itself: see ${logName}`);
    if (performance.now() - from > PATIENCE_MS) throw new Error(`${program} did not become ready: see ${logName}`);
    await sleep(1);
  }
  return {
    url,
    pid: child.pid,
    startMs: performance.now() - from,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function answers(url) {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.on("error", () => resolve(false));
  });
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const listener = net.createServer();
    listener.on("error", reject);
    listener.listen(0, "127.0.0.1", () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });
}

/** One request, which must succeed; its answer. */
export async function ask(server, { method = "GET", path, token, body }) {
  const headers = { cookie: `casefile_session=${token}` };
  if (body) headers["content-type"] = "application/json";
  const response = await fetch(server.url + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
  return JSON.parse(text);
}
