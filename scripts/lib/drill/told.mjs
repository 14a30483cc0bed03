// The answers that clients got about each case, from any server, and when: later reads may not return anything older.

export class Told {
  #versions = new Map();

  /** Records an answer. Returns its stale parts, if it answers a read. */
  hear({ method, path, outcome, body, began, ended }) {
    const isRead = method === "GET";
    const missing = isRead && outcome === 404 ? [{ id: path.split("/").pop(), version: 0 }] : [];
    const given = outcome >= 200 && outcome < 300 ? cases(body) : missing;
    const stale = isRead ? given.filter(({ id, version }) => version < this.#before(id, began)) : [];
    given.forEach(({ id, version }) => this.#learn(id, version, ended));
    return stale.map(({ id, version }) => ({ id, given: version, told: this.#before(id, began) }));
  }

  /** The newest version that any client knew at that moment. */
  #before(id, moment) {
    const known = this.#versions.get(id) ?? [];
    return known.findLast(({ at }) => at <= moment)?.version ?? 0;
  }

  #learn(id, version, at) {
    const known = this.#versions.get(id) ?? [];
    if (version > (known.at(-1)?.version ?? 0)) this.#versions.set(id, [...known, { version, at }]);
  }
}

/** From one case or from a list. */
function cases(body) {
  const listed = body?.cases ?? [body];
  return listed.filter((record) => record?.id !== undefined && record.version !== undefined);
}
