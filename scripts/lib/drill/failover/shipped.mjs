// The files of scripts/deploy/ha for the drill: unchanged except for folders and passwords.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { asServer, writeAsServer } from "../pristine.mjs";

const FILES = new URL("../../../deploy/ha/", import.meta.url);
/** Lines of a file of variables that differ from machine to machine. */
const OWN_LINES = 3;

export const HAPROXY = new URL("haproxy.cfg", FILES).pathname;

const read = (name) => readFileSync(new URL(name, FILES), "utf8");

function replace(text, changes) {
  return Object.entries(changes).reduce((changed, [from, to]) => {
    if (!changed.includes(from)) throw new Error(`scripts/deploy/ha does not say "${from}" any more`);
    return changed.replaceAll(from, to);
  }, text);
}

/** The file of variables of the machine `name`. */
function variables(file, name) {
  const lines = read(file).split("\n").filter((line) => /^[A-Z]/.test(line));
  const ofMachine = (line, number) => (number < OWN_LINES ? replace(line, { "db-1": name }) : line);
  return Object.fromEntries(lines.map(ofMachine).map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

export function etcdEnvironment({ state }, name) {
  return { ...variables("etcd.env", name), ETCD_DATA_DIR: join(state, `${name}.etcd`) };
}

export const configurationOf = ({ state }, name) => join(state, `${name}.yml`);

/** Patroni's files on a machine. Their folder belongs to the server's user. */
export function configurePatroni(setting, name) {
  const { state, bin } = setting;
  const folder = join(state, "postgres", name);
  asServer(setting, ["mkdir", "-p", folder]);
  for (const file of ["server.crt", "server.key"]) {
    writeAsServer(setting, join(folder, file), readFileSync(join(state, "tls", "server", file)));
  }
  const text = replace(read("patroni.yml"), {
    "/etc/patroni": folder,
    "/var/lib/postgresql": folder,
    "/usr/lib/postgresql/15/bin": bin,
    "mode: automatic": 'mode: "off"', // no drill resets the machine that it runs on
  });
  writeFileSync(configurationOf(setting, name), text);
}

export function patroniEnvironment({ passwords }, name) {
  const environment = variables("patroni.env", name);
  const secret = passwords.get("postgres");
  const isPassword = (variable) => variable.endsWith("_PASSWORD");
  Object.keys(environment).filter(isPassword).forEach((variable) => (environment[variable] = secret));
  return environment;
}
