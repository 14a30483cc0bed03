// A load balancer in front of several servers: gives each connection to the next one whose
// /ready answers 200.
import { request } from "node:http";
import { connect, createServer } from "node:net";
import { sleep, until } from "./time.mjs";

/** Milliseconds between two checks of each. */
const LOOK = 100;

export class Balancer {
  host = "127.0.0.1";
  #ready = new Set();
  #turn = 0;

  constructor(servers) {
    this.servers = servers;
    this.entrance = createServer({ noDelay: true }, (client) => this.#pass(client));
  }

  async open() {
    await new Promise((resolve) => this.entrance.listen(0, this.host, resolve));
    this.port = this.entrance.address().port;
    this.servers.forEach((server) => this.#watch(server));
    await this.untilReady(...this.servers);
  }

  close() {
    this.isClosed = true;
    this.entrance.close();
  }

  untilReady(...servers) {
    return until("they are ready", () => servers.every((server) => this.#ready.has(server)), 10_000, 20);
  }

  async #watch(server) {
    while (!this.isClosed) {
      if (await isReady(server.port)) this.#ready.add(server);
      else this.#ready.delete(server);
      await sleep(LOOK);
    }
  }

  #pass(client) {
    const ready = [...this.#ready];
    const server = connect(ready[this.#turn++ % ready.length]?.port ?? 1, "127.0.0.1");
    server.setNoDelay(true);
    client.pipe(server).pipe(client);
    client.on("error", () => server.destroy());
    server.on("error", () => client.destroy());
    server.on("close", () => client.end());
  }
}

function isReady(port) {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path: "/ready", agent: false, timeout: 2000 });
    asked.on("response", (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => resolve(false));
    asked.end();
  });
}
