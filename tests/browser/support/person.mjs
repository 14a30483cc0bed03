// A person at a browser.
import assert from "node:assert/strict";

/** Where sign-ins end that want to go nowhere else: it comes fast. */
export const PAGE = "/api/public/health";
/** Which cookies are kept on the way to the provider and back. */
export const SIGN_INS = /^casefile_sign_in_/;
const CALLBACK = "/api/auth/callback";

export class Person {
  constructor(site, context) {
    Object.assign(this, { site, context });
  }

  /** What the browser is given for a URL or a path of the site, once it is at the end of all redirects. */
  async open(url) {
    this.page ??= await this.newPage();
    return answerOf(await this.page.goto(new URL(url, this.site.url).href));
  }

  async newPage() {
    const page = await this.context.newPage();
    await page.setBypassCSP(true); // an answer in JSON may fetch nothing
    page.on("request", (request) => {
      if (new URL(request.url()).pathname === CALLBACK) this.callbackUrl = request.url();
    });
    return page;
  }

  /** To the provider's page, where one signs in. */
  start(returnUrl = PAGE) {
    return this.open(`/api/auth/login?${new URLSearchParams({ returnUrl })}`);
  }

  /** What comes after the provider's page, which takes any password. */
  async enter(userId) {
    await this.page.type("input[name=login]", userId);
    await this.page.type("input[name=password]", "any");
    return this.click("button[type=submit]");
  }

  async click(selector) {
    const [response] = await Promise.all([this.page.waitForNavigation(), this.page.click(selector)]);
    return answerOf(response);
  }

  async signIn(userId, returnUrl) {
    await this.start(returnUrl);
    return this.enter(userId);
  }

  /** Up to the provider's answer, which the browser keeps to itself. */
  async bringAnswer(userId) {
    await this.start();
    await this.page.setRequestInterception(true);
    const brought = new Promise((resolve) => {
      this.page.on("request", (request) => {
        const isAnswer = new URL(request.url()).pathname === CALLBACK;
        if (isAnswer) resolve(request.url());
        (isAnswer ? request.abort() : request.continue()).catch(() => {});
      });
    });
    await this.page.type("input[name=login]", userId);
    await this.page.type("input[name=password]", "any");
    await this.page.click("button[type=submit]");
    const url = await brought;
    await this.page.close();
    this.page = undefined;
    return url;
  }

  /** From the page that is open, as a client in it would. */
  ask(method, path, body) {
    return this.page.evaluate(
      async (method, path, body) => {
        const headers = body === undefined ? {} : { "Content-Type": "application/json" };
        const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
        return { status: answer.status, body: await answer.json() };
      },
      method,
      path,
      body,
    );
  }

  async session() {
    const { status, body } = await this.ask("GET", "/api/auth/session");
    assert.equal(status, 200);
    return body;
  }

  /** Of the site's own, by their names. */
  async cookies(names) {
    const host = new URL(this.site.url).hostname;
    return (await this.context.cookies()).filter(({ name, domain }) => domain === host && names.test(name));
  }

  async cookie(names = /^casefile_session$/) {
    return (await this.cookies(names))[0];
  }

  /** As if the provider's own session had run out, of which it tells nobody. */
  async forgetProvider() {
    const host = new URL(this.site.provider.issuer).hostname;
    await this.context.deleteCookie(...(await this.context.cookies()).filter((cookie) => cookie.domain === host));
  }

  /** As whoever has stolen that cookie would. */
  async statusWith(cookie) {
    const headers = { Cookie: `casefile_session=${cookie.value}` };
    return (await fetch(`${this.site.loopback}/api/cases`, { headers })).status;
  }
}

async function answerOf(response) {
  const text = await response.text();
  const isJson = response.headers()["content-type"]?.includes("json");
  return { status: response.status(), url: response.url(), text, body: isJson ? JSON.parse(text) : undefined };
}
