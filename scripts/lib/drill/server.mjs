// The server under test: started, and started again, on a port of its own.
import { request } from "node:http";
import { freePort } from "./program.mjs";
import { casefile } from "./setting.mjs";
import { until } from "./time.mjs";

export class Server {
  /** `prefix` is a command to run it by. */
  static async open(setting, databaseUrl, { name = "server", environment = {}, prefix } = {}) {
    const server = new Server();
    server.port = await freePort();
    server.program = casefile(
      setting,
      "serve",
      name,
      { AUTH_MODE: "mock", DATABASE_URL: databaseUrl, PORT: String(server.port), ...environment },
      prefix,
    );
    await server.start();
    return server;
  }

  async start() {
    this.program.start();
    await until("the server answers", () => this.answers(), 15_000, 5);
  }

  answers() {
    if (!this.program.runs) throw new Error(`the server did not start: see the end of ${this.program.log}`);
    return new Promise((resolve) => {
      const asked = request({ host: "127.0.0.1", port: this.port, path: "/api/public/health", agent: false });
      asked.on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      asked.on("error", () => resolve(false));
      asked.end();
    });
  }
}
