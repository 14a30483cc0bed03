// The server under test: started, and started again, on the port of its clients.
import { request } from "node:http";
import { until } from "./time.mjs";

export class Server {
  /** `name` says which of several it is. */
  constructor({ name, host, port, program }) {
    Object.assign(this, { name, host, port, program });
  }

  async start() {
    this.program.start();
    await until("the server answers", () => this.answers(), 15_000, 5);
  }

  answers() {
    if (!this.program.runs) throw new Error(`the server did not start: see the end of ${this.program.log}`);
    return new Promise((resolve) => {
      const asked = request({ host: this.host, port: this.port, path: "/api/public/health", agent: false });
      asked.on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      asked.on("error", () => resolve(false));
      asked.end();
    });
  }
}
