// All that a sign-in needs: a database, an identity provider, the server between them, and a browser before them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../../../scripts/browser/launch.mjs";
import { freePort, Program } from "../../../scripts/lib/drill/program.mjs";
import { Server } from "../../../scripts/lib/drill/server.mjs";
import { Database } from "./database.mjs";
import { PAGE, Person } from "./person.mjs";
import { Provider } from "./provider.mjs";

export class Site {
  constructor(settings = {}) {
    this.settings = settings;
  }

  async start(database = undefined) {
    this.folder = mkdtempSync(join(tmpdir(), "casefile-browser-"));
    const port = await freePort();
    // The provider is at 127.0.0.1, so the browser sees another site.
    this.url = `http://localhost:${port}`;
    this.provider = await Provider.make(`${this.url}/api/auth/callback`, join(this.folder, "provider.log"));
    this.database = database ?? (await Database.clone());
    await this.database.addUsers(this.provider.issuer);
    const environment = {
      APP_ENV: "TEST",
      PORT: String(port),
      DATABASE_URL: this.database.apiUrl,
      DOCUMENT_STORE_URL: `file://${this.folder}`,
      AUTH_MODE: "oidc",
      OIDC_ISSUER: this.provider.issuer,
      OIDC_CLIENT_ID: "casefile",
      OIDC_CLIENT_SECRET: "casefile-demonstration",
      OIDC_REDIRECT_URL: `${this.url}/api/auth/callback`,
      OIDC_LOGGED_OUT_URL: `${this.url}/docs`,
      OIDC_AUDIENCE: "https://casefile.example/api",
      ...this.settings,
    };
    const log = join(this.folder, "server.log");
    const command = [process.env.CASEFILE, "serve"];
    const program = new Program({ name: "server", command, environment, log });
    this.server = new Server({ name: "server", host: "127.0.0.1", port, program });
    const browser = launch().then((launched) => (this.browser = launched));
    await Promise.all([this.provider.start(), this.server.start(), browser]);
  }

  /** For programs, which need not know that localhost is this machine. */
  get loopback() {
    return `http://127.0.0.1:${this.server.port}`;
  }

  get page() {
    return this.url + PAGE;
  }

  async stop() {
    await this.browser?.close();
    await this.server?.program.stop();
    await this.provider?.stop();
    if (this.folder) rmSync(this.folder, { recursive: true, force: true });
  }

  /** With a browser of their own: no cookie is shared. */
  async person() {
    return new Person(this, await this.browser.createBrowserContext());
  }

  async signedIn(userId, returnUrl) {
    const person = await this.person();
    await person.signIn(userId, returnUrl);
    return person;
  }
}
