// Writes the files of db/docs to a folder. Usage: DATABASE_URL=<superuser, freshly migrated> node main.mjs FOLDER
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { access } from "./access/access.mjs";
import { entities } from "./entities.mjs";
import { functions } from "./functions.mjs";
import { readme } from "./readme.mjs";
import { rolesOf } from "./roles.mjs";
import { statuses } from "./statuses.mjs";
import { connect } from "../pg.mjs";

const [folder] = process.argv.slice(2);
const client = await connect(process.env.DATABASE_URL);
try {
  const roles = await rolesOf(client);
  for (const part of [readme, statuses, entities, functions, access]) {
    for (const [name, text] of Object.entries(await part(client, roles))) writeFileSync(join(folder, name), text);
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  await client.end();
}
