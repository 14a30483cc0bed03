// A steady mixed load: officers of several courts create, edit, move, read and list cases, with at most about
// sixteen requests in flight. Readers ask at a fixed rate, even if the previous question is still open.
import { Client } from "./client.mjs";
import { now, sleep } from "./time.mjs";
import { Told } from "./told.mjs";

const USERS_OF_A_COURT = 4;
/** In milliseconds. */
const THINKING = 20;
/** Between two questions of the readers: the resolution of all times. */
export const BEAT = 50;
const READERS = 64;
/** The share of writes that are repeated until their outcome is known. */
const PATIENT = 0.75;
/** A court's cases in use. */
const CASES_IN_HAND = 100;
const CREATE = 0.2;
const EDIT = 0.45;
const MOVE = 0.65;
const READ = 0.9; // else a list
const CASE_TYPES = ["AGENCY_ADOPTION", "STEP_PARENT_ADOPTION", "FOSTER_TO_ADOPT"];
const OUTCOMES = new Set(["ORDER_GRANTED", "APPLICATION_REFUSED", "APPLICATION_WITHDRAWN"]);

const pick = (list) => list[Math.floor(Math.random() * list.length)];

export class Load {
  told = new Told();

  /** Courts by name. Users and readers share the servers out among them. */
  constructor({ courts, servers, journal, seen, readers = true }) {
    Object.assign(this, { journal, seen, servers });
    this.users = courts.flatMap((court) => {
      const cases = new Map();
      return Array.from({ length: USERS_OF_A_COURT }, (_, number) => {
        const server = servers[number % servers.length];
        return new User(this, `${court} ${number}`, court, cases, new Client(server, seen));
      });
    });
    this.readers = readers ? servers.map((server) => new Client(server, seen, READERS)) : [];
  }

  async start() {
    await Promise.all(this.users.map((user) => user.prepare()));
    this.asked = [];
    this.work = [...this.users.map((user) => user.work()), ...this.readers.map((reader) => this.#read(reader))];
  }

  /** Everything that has begun ends first. */
  async stop() {
    this.stops = true;
    await Promise.all(this.work ?? []);
    await Promise.all(this.asked ?? []);
    this.close();
  }

  close() {
    this.stops = true;
    this.users.forEach(({ client }) => client.close());
    this.readers.forEach((reader) => reader.close());
  }

  async #read(reader) {
    const [{ cases, client }] = this.users;
    reader.cookie = client.cookie;
    for (let next = now(); !this.stops; next += BEAT) {
      this.asked.push(this.request(reader, "GET", `/api/cases/${pick([...cases.keys()])}`));
      await sleep(Math.max(0, next + BEAT - now()));
    }
  }

  /** If one of several servers stops accepting connections, clients go to another. */
  #movedOn(client, outcome) {
    const gone = outcome === "no connection" && this.servers.length > 1;
    if (gone) client.server = this.servers.find((server) => server !== client.server);
  }

  async request(client, method, path, options) {
    const answer = await client.request(method, path, options);
    this.#movedOn(client, answer.outcome);
    this.told.hear(answer).forEach((stale) => this.seen.addStale(stale, answer));
    return answer;
  }
}

class User {
  constructor(load, name, court, cases, client) {
    Object.assign(this, { load, name, court, cases, client });
  }

  async prepare() {
    const { name: username, court: courtAssignment } = this;
    await this.client.logIn({ username, role: "HMCTS_CASE_OFFICER", courtAssignment });
    await this.#create();
    await this.#create();
  }

  async work() {
    await sleep(Math.random() * THINKING);
    while (!this.load.stops) {
      await this.#next();
      await sleep(THINKING * (0.5 + Math.random()));
    }
  }

  async #next() {
    const draw = Math.random();
    const subject = pick([...this.cases.values()]);
    if (draw < CREATE) return this.#create();
    if (draw >= READ) return this.load.request(this.client, "GET", "/api/cases?pageSize=20");
    if (draw >= MOVE || subject.isStale) return this.#read(subject);
    return draw < EDIT ? this.#edit(subject) : this.#move(subject);
  }

  async #create() {
    const caseType = pick(CASE_TYPES);
    const answer = await this.#write("create", null, (notes) => ({ caseType, notes }), "POST", "/api/cases");
    this.#learn(answer);
    if (this.cases.size > CASES_IN_HAND) this.cases.delete(this.cases.keys().next().value);
  }

  #edit(subject) {
    const bodyOf = (notes) => ({ notes, version: subject.version });
    return this.#change("edit", subject, bodyOf, `/api/cases/${subject.id}`);
  }

  #move(subject) {
    const { version, transitions } = subject;
    const status = pick(transitions);
    if (status === undefined) return this.#read(subject);
    return this.#change("move", subject, (reason) => ({ status, reason, version }), `/api/cases/${subject.id}/status`);
  }

  async #change(kind, subject, bodyOf, path) {
    const answer = await this.#write(kind, subject.id, bodyOf, "PATCH", path);
    if (!this.#learn(answer)) subject.isStale = true;
  }

  async #read(subject) {
    this.#learn(await this.load.request(this.client, "GET", `/api/cases/${subject.id}`));
  }

  #write(kind, caseId, bodyOf, method, path) {
    const { load, client } = this;
    const send = (body, headers) => load.request(client, method, path, { body, headers });
    return load.journal.write(kind, caseId, Math.random() < PATIENT, bodyOf, send);
  }

  /** Records an answer's case, unless a newer version is known. */
  #learn({ outcome, body }) {
    if (outcome !== 200 && outcome !== 201) return false;
    const known = this.cases.get(body.id);
    if (known === undefined || known.version <= body.version) {
      const transitions = body.permissions.validTransitions.filter((status) => !OUTCOMES.has(status));
      this.cases.set(body.id, { id: body.id, version: body.version, transitions });
    }
    return true;
  }
}
