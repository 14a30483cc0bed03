// The identity provider of scripts/oidc, with additions for tests.
import { fileURLToPath } from "node:url";
import { freePort, Program } from "../../../scripts/lib/drill/program.mjs";
import { until } from "../../../scripts/lib/drill/time.mjs";

const PROGRAM = fileURLToPath(new URL("../../../scripts/oidc/provider.mjs", import.meta.url));

export class Provider {
  static async make(redirectUrl, log) {
    const made = new Provider();
    const port = await freePort();
    made.issuer = `http://127.0.0.1:${port}`;
    const command = [process.execPath, PROGRAM, String(port), redirectUrl, "--control"];
    made.program = new Program({ name: "provider", command, log });
    return made;
  }

  async start() {
    this.program.start();
    await until("the provider answers", () => this.answers());
  }

  stop() {
    return this.program.stop("KILL");
  }

  async answers() {
    if (!this.program.runs) throw new Error(`the provider did not start: see ${this.program.log}`);
    const answer = await fetch(`${this.issuer}/.well-known/openid-configuration`).catch(() => undefined);
    return answer?.ok === true;
  }

  async control(name, body = {}) {
    const answer = await fetch(`${this.issuer}/control/${name}`, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  }

  /** What the program is given for its own secret. */
  async tokenOfRobot() {
    const answer = await fetch(`${this.issuer}/token`, {
      method: "POST",
      headers: { Authorization: `Basic ${btoa("case.robot:robot-demonstration")}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "cases" }),
    });
    return (await answer.json()).access_token;
  }
}
