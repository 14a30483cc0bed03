// A certified identity provider on this machine, for tests and demonstrations. A user's subject is the user id; there are
// no passwords. Usage: node provider.mjs PORT REDIRECT_URL [--control]
// --control adds /control/..., which only tests need. With --secret-in-form, the provider accepts no secret in a header.
import { createServer } from "node:http";
import * as jose from "jose";
import { Provider } from "oidc-provider";

const [port, redirectUrl, ...flags] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const audience = "https://casefile.example/api";
const secretMethod = flags.includes("--secret-in-form") ? "client_secret_post" : "client_secret_basic";
// Demonstration secrets: this provider listens on loopback only.
const clients = [
  {
    client_id: "casefile",
    client_secret: "casefile-demonstration",
    token_endpoint_auth_method: secretMethod,
    redirect_uris: [redirectUrl],
    post_logout_redirect_uris: [new URL("/docs", redirectUrl).href],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    backchannel_logout_uri: redirectUrl.replace("/callback", "/backchannel-logout"),
    backchannel_logout_session_required: true,
  },
  {
    client_id: "case.robot",
    client_secret: "robot-demonstration",
    token_endpoint_auth_method: secretMethod,
    redirect_uris: [],
    grant_types: ["client_credentials"],
    response_types: [],
  },
];

// By algorithm: a client that authenticates with a private key, and the key in PEM.
const privateKeys = {};
if (flags.includes("--control")) {
  for (const alg of ["RS256", "ES256", "EdDSA"]) {
    const { publicKey, privateKey } = await jose.generateKeyPair(alg, { extractable: true });
    privateKeys[alg] = await jose.exportPKCS8(privateKey);
    const { client_secret: _, ...client } = clients[0];
    clients.push({
      ...client,
      client_id: `casefile.${alg}`,
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [{ ...(await jose.exportJWK(publicKey)), alg, use: "sig" }] },
    });
  }
}

let keys = [await newKey()];
let provider = makeProvider();
const fetched = {};

async function newKey() {
  const { privateKey } = await jose.generateKeyPair("RS256", { extractable: true });
  const jwk = await jose.exportJWK(privateKey);
  return { ...jwk, kid: await jose.calculateJwkThumbprint(jwk), alg: "RS256", use: "sig" };
}

function makeProvider() {
  const made = new Provider(issuer, {
    clients,
    jwks: { keys },
    cookies: { keys: ["demonstration"] },
    clientAuthMethods: [secretMethod, "private_key_jwt"],
    enabledJWA: { clientAuthSigningAlgValues: ["RS256", "ES256", "EdDSA"] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["name"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: nameOf(id) }) }),
    loadExistingGrant: consent,
    features: {
      backchannelLogout: { enabled: true },
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "cases",
          audience,
          accessTokenTTL: 3600,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "RS256" } },
        }),
      },
    },
    // A program's token has no user: the program itself is the user.
    extraTokenClaims: (_, token) => (token.kind === "ClientCredentials" ? { sub: token.clientId } : undefined),
  });
  made.on("server_error", (_, error) => console.error(error));
  return made;
}

// The answer to the next code, if a test has set one.
let forged;

// olivia.officer is Olivia Officer.
const nameOf = (id) => id.replace(/(^|\.)(.)/g, (_, dot, letter) => (dot && " ") + letter.toUpperCase());

// Asks for no consent, as for an organisation's own application.
async function consent({ oidc: { client, session } }) {
  const { Grant } = provider;
  const given = session.grantIdFor(client.clientId);
  const grant = (given && (await Grant.find(given))) || new Grant({ clientId: client.clientId, accountId: session.accountId });
  grant.addOIDCScope("openid profile");
  await grant.save();
  return grant;
}

const publicPart = ({ kty, n, e }) => ({ kty, n, e });

const controls = {
  "private-keys": () => privateKeys,
  fetched: () => fetched,
  rotate: async () => {
    keys = [await newKey()];
    provider = makeProvider();
    return { kid: keys[0].kid };
  },
  sign: async (wanted) => ({ token: await signed(wanted) }),
  // As above, or a status and a body.
  forge: async (wanted) => {
    const tokens = async () => ({ id_token: await signed(wanted), access_token: "opaque", token_type: "Bearer" });
    forged = { status: wanted.status ?? 200, body: wanted.body ?? (await tokens()) };
    return {};
  },
};

// { header, claims, key }: key is "own", "other" (unknown), "public" (HS256 with the text of the public key) or "none".
async function signed({ header, claims, key }) {
  const own = keys[0];
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const full = { alg: "RS256", kid: own.kid, ...header };
  if (key === "none") return `${part(full)}.${part(claims)}.`;
  const jwk = key === "other" ? await newKey() : own;
  if (full.jwk === true) full.jwk = publicPart(jwk);
  let secret = await jose.importJWK(jwk, "RS256");
  if (key === "public") {
    const spki = await jose.exportSPKI(await jose.importJWK(publicPart(own), "RS256"));
    secret = new TextEncoder().encode(spki);
  }
  const payload = new TextEncoder().encode(JSON.stringify(claims));
  const crit = Object.fromEntries((full.crit ?? []).map((name) => [name, true]));
  return new jose.CompactSign(payload).setProtectedHeader(full).sign(secret, { crit });
}

async function control(name, request, response) {
  let text = "";
  for await (const piece of request) text += piece;
  const answer = await controls[name](text === "" ? {} : JSON.parse(text));
  response.setHeader("Content-Type", "application/json").end(JSON.stringify(answer));
}

createServer((request, response) => {
  const path = new URL(request.url, issuer).pathname;
  fetched[path] = (fetched[path] ?? 0) + 1;
  const [, first, name] = path.split("/");
  if (first === "control" && flags.includes("--control") && Object.hasOwn(controls, name)) {
    control(name, request, response).catch((error) => response.writeHead(500).end(String(error)));
  } else if (path === "/token" && forged !== undefined) {
    const { status, body } = forged;
    forged = undefined;
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  } else {
    provider.callback()(request, response);
  }
}).listen(Number(port), "127.0.0.1", () => console.log(`ready: ${issuer}`));
