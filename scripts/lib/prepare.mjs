// Makes a database ready for its first migration: the database, the cluster's roles, the passwords
// of the logins. May be run any number of times.
// Usage: DATABASE_URL=<superuser> node prepare.mjs DATABASE ROLES_FILE PASSWORDS_FILE
import { readFileSync } from "node:fs";
import pg from "pg";
import { connect, explain } from "./pg.mjs";

const [database, rolesFile, passwordsFile] = process.argv.slice(2);
const administrator = new URL(process.env.DATABASE_URL);
const roles = readFileSync(rolesFile, "utf8");
let running = "";

async function run(client, text) {
  running = text;
  return (await client.query(text)).rows;
}

async function inDatabase(name, work) {
  administrator.pathname = `/${name}`;
  const client = await connect(administrator.href);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function createDatabase(client) {
  // Clusters of this kind have only one database to connect to.
  await run(client, "revoke connect, temporary on database postgres, template1 from public");
  const found = await run(client, `select from pg_database where datname = ${pg.escapeLiteral(database)}`);
  if (found.length === 0) await run(client, `create database ${pg.escapeIdentifier(database)}`);
}

async function createRoles(client) {
  await run(client, roles);

  for (const line of readFileSync(passwordsFile, "utf8").trim().split("\n")) {
    const [login, password] = line.split(" ");
    const known = await run(client, `select from pg_roles where rolname = ${pg.escapeLiteral(login)}`);
    if (known.length > 0) await run(client, `alter role ${login} password ${pg.escapeLiteral(password)}`);
  }

  // The login in the default LOCAL_DATABASE_URL, only on clusters of this kind.
  const local = await run(client, "select from pg_roles where rolname = 'adoption'");
  if (local.length === 0) await run(client, "create role adoption login inherit password 'adoption'");
  await run(client, "grant casefile_api to adoption");
}

try {
  await inDatabase("postgres", createDatabase);
  await inDatabase(database, createRoles);
} catch (error) {
  console.error(explain(error, running, running === roles ? "db/roles.sql line" : "line"));
  process.exitCode = 1;
}
