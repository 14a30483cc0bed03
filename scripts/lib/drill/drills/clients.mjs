// Difficult clients: many at once, abrupt, or slow.
import { Client } from "../client.mjs";
import { head, open, requestText } from "../raw.mjs";
import { now, sleep } from "../time.mjs";

const CROWD = 500;
const HANGING_UP = 12;
const SLOW_CLIENTS = 300;
/** For the drill of slow clients: how long the server waits, in seconds. */
const HEAD_TIMEOUT = 1;
const REQUEST_TIMEOUT = 3;

/** Many clients at once, each with its own connection in constant use. */
async function crowd(stage) {
  await stage.startServer();
  await stage.startLoad();
  const [{ client: model, cases }] = stage.load.users;
  const path = `/api/cases/${[...cases.keys()][0]}`;
  const end = now() + 1000 * stage.lasting(2, 10);
  const clients = Array.from({ length: CROWD }, async () => {
    const client = new Client(stage.server, stage.seen);
    client.cookie = model.cookie;
    do {
      await client.request("GET", path);
      await sleep(200 * Math.random());
    } while (now() < end);
    client.close();
  });
  await Promise.all(clients);
  await stage.watchRecovery();
  await stage.stopLoad();
}

/** Clients that leave after half a head, half a body, or before the answer; some repeat the request with their key. */
async function hangUp(stage) {
  await stage.startServer();
  await stage.startLoad();
  const end = now() + 1000 * stage.lasting(2, 10);
  const counts = { times: 0 };
  await Promise.all(
    Array.from({ length: HANGING_UP }, async (_, number) => {
      const { client } = stage.load.users[number % stage.load.users.length];
      while (now() < end) {
        await createAndHangUp(stage, client, counts);
        await sleep(50 * Math.random());
      }
    }),
  );
  stage.remarks.push(`${counts.times} times`);
  await stage.watchRecovery();
  await stage.stopLoad();
}

async function createAndHangUp(stage, client, counts) {
  const again = new Client(stage.server, stage.seen);
  again.cookie = client.cookie;
  const bodyOf = (notes) => ({ caseType: "AGENCY_ADOPTION", notes });
  let first = true;
  await stage.journal.write("create", null, Math.random() < 0.75, bodyOf, async (body, headers) => {
    if (!first) return again.request("POST", "/api/cases", { body, headers });
    first = false;
    counts.times += 1;
    const [start, text] = requestText("POST", "/api/cases", body, { cookie: client.cookie, ...headers });
    const draw = Math.random();
    const socket = await open(stage.server.port);
    if (draw < 0.2) socket.write(start.slice(0, start.length * Math.random()));
    else if (draw < 0.4) socket.write(start + text.slice(0, text.length * Math.random()));
    else socket.write(start + text);
    await sleep(draw < 0.5 ? 0 : 20 * Math.random());
    if (draw < 0.7) socket.resetAndDestroy();
    else socket.destroy();
    return { outcome: "cut" };
  });
  again.close();
}

/** Half of them never finish the head, the others never the body. */
async function slowClients(stage) {
  const environment = {
    HEADER_TIMEOUT_SECONDS: String(HEAD_TIMEOUT),
    REQUEST_TIMEOUT_SECONDS: String(REQUEST_TIMEOUT),
  };
  await stage.startServer({ environment });
  await stage.startLoad();
  const cookie = stage.load.users[0].client.cookie;
  const slow = await Promise.all(Array.from({ length: SLOW_CLIENTS }, () => open(stage.server.port)));
  const body = { caseType: "AGENCY_ADOPTION", notes: "x".repeat(200) };
  const [start, text] = requestText("POST", "/api/cases", body, { cookie });
  const texts = slow.map((socket, number) => {
    const inBody = number % 2 === 1;
    if (inBody) socket.write(start);
    return inBody ? text : head("GET", "/api/cases", { cookie });
  });
  const began = now();
  for (let place = 0; now() - began < 1000 * (REQUEST_TIMEOUT + 2); place += 1) {
    slow.forEach((socket, number) => socket.writable && socket.write(texts[number][place] ?? ""));
    await sleep(1000);
  }
  const left = slow.filter((socket) => !socket.closed && !socket.readableEnded).length;
  if (left > 0) stage.problems.push(`${left} of ${SLOW_CLIENTS} slow clients have their connection still`);
  slow.forEach((socket) => socket.destroy());
  await stage.watchRecovery();
  await stage.stopLoad();
}

export default [
  { name: "crowd", title: `${CROWD} connections at once`, run: crowd },
  { name: "hang-up", title: "clients that hang up mid-request", undisturbed: true, run: hangUp },
  {
    name: "slow-clients",
    title: `${SLOW_CLIENTS} clients that send a byte a second`,
    undisturbed: true,
    run: slowClients,
  },
];
