// An attacker with full control of the database disables triggers, changes the audit, and hides it as well as possible. Each time,
// `casefile audit verify` finds and names it with an earlier anchor.
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { casefile, readFindings } from "../command.mjs";
import { upload } from "../uploads.mjs";

/** `disable`s all of them, or restores them: they always fire. */
const triggers = (how) => `
  do $$
  declare
    v_trigger record;
  begin
    for v_trigger in select t.tgrelid::regclass as of, t.tgname as name from pg_trigger as t where not t.tgisinternal loop
      execute format('alter table %s ${how} trigger %I', v_trigger.of, v_trigger.name);
    end loop;
  end;
  $$`;

/** Recomputes the trail of the drill's case to match the current rows. */
const CHAIN_ANEW = `
  do $$
  declare
    v_case_id uuid := (select id from victim);
    v_digest bytea;
    v_length bigint := 0;
    v_entry audit.entries;
  begin
    for v_entry in select * from audit.entries as e where e.case_id = v_case_id order by e.id loop
      v_digest := audit.entry_digest(v_digest, v_entry);
      v_length := v_length + 1;
      update audit.entries set digest = v_digest where id = v_entry.id;
    end loop;
    update audit.chains set length = v_length, digest = v_digest where case_id = v_case_id;
  end;
  $$`;

/** The same for the seals of sign-ins. */
const SEAL_ANEW = `
  delete from audit.seals where journal = 'auth.sign_ins';
  select audit.seal_journals(1000)`;

const MINE = "case_id = (select id from victim)";
const nth = (number) => `(select id from audit.entries where ${MINE} order by id offset ${number} - 1 limit 1)`;
const LAST = `(select max(id) from audit.entries where ${MINE})`;
const CHANGE = `update audit.entries set actor = overlay(actor placing '_' from 1 for 1) where id = ${nth(2)}`;
const CUT = `delete from audit.entries where id = ${LAST}`;

/** Each attack: what it does, the words of the report, and what is `named`: the case or the journal. */
const TAMPERS = [
  ["one character of an entry changed", CHANGE],
  ["the same, and the whole trail chained anew", `${CHANGE}; ${CHAIN_ANEW}`],
  ["an entry in the middle deleted", `delete from audit.entries where id = ${nth(2)}`],
  ["the same, chained anew", `delete from audit.entries where id = ${nth(2)}; ${CHAIN_ANEW}`],
  ["the last entry deleted", CUT],
  ["the same, and the tip with it", `${CUT}; ${CHAIN_ANEW}`],
  [
    "an entry inserted",
    `insert into audit.entries (case_id, entity, entity_id, action, actor, actor_role, occurred_at, digest, court_code, digest_form)
     select case_id, entity, entity_id, 'UPDATE', actor, actor_role, occurred_at, sha256('x'), court_code, 2
     from audit.entries where id = ${nth(2)}`,
  ],
  [
    "two entries swapped, chained anew",
    `create temporary table pair as select ${nth(1)} as one, ${nth(2)} as other;
     update audit.entries set id = -id where id in (select one from pair union select other from pair);
     update audit.entries as e set id = case e.id when -p.one then p.other else p.one end from pair as p where e.id < 0;
     ${CHAIN_ANEW}`,
  ],
  ["a trail deleted", `delete from audit.entries where ${MINE}; delete from audit.chains where ${MINE}`],
  [
    "a case deleted with everything",
    `delete from audit.entries where ${MINE};
     delete from audit.chains where ${MINE};
     delete from core.status_change_particulars where ${MINE};
     delete from core.status_changes where ${MINE};
     delete from core.case_details where ${MINE};
     delete from core.case_participants where ${MINE};
     delete from core.case_reach where ${MINE};
     delete from core.assignment_particulars where ${MINE};
     delete from core.assignments where ${MINE};
     delete from core.organisation_links where ${MINE};
     delete from core.cases where id = (select id from victim)`,
  ],
  ["a time moved before Christ", `update audit.entries set occurred_at = occurred_at - interval '4052 years' where id = ${nth(2)}`],
  ["nothing in place of the null of JSON", `update audit.entries set before = 'null' where id = ${nth(1)}`],
  ["a column rewritten by alter table", `alter table audit.entries alter column actor type text using reverse(actor)`],
  ["notes of a case changed", `update core.case_details set notes = 'Never said.' where ${MINE}`],
  ["a sign-in changed", `update auth.sign_ins set user_id = 'somebody' where id = (select min(id) from auth.sign_ins)`, "auth.sign_ins"],
  [
    "a sign-in deleted, and all of them sealed anew",
    `delete from auth.sign_ins where id = (select min(id) from auth.sign_ins); ${SEAL_ANEW}`,
    "auth.sign_ins",
  ],
];

async function tamper(stage) {
  const { setting } = stage;
  await stage.startServer();
  await stage.startLoad();
  await upload(stage, 4);
  await stage.calm(1, 3);
  await stage.stopLoad();
  await copy(stage, "older");
  await stage.startLoad();
  await stage.calm(1, 3);
  await stage.stopLoad();
  await stage.server.program.stop("TERM");
  await stage.superuser.query("select audit.seal_journals(1000)");

  const keys = makeKeys(setting.state);
  const anchor = join(setting.state, "drill.anchor");
  await casefile(stage, ["audit", "anchor", "--file", anchor], "BACKUP_DATABASE_URL", "casefile_backup", { environment: keys });
  const verify = async (database) => {
    const words = ["audit", "verify", "--json", "--against", anchor];
    return readFindings(await casefile(stage, words, "BACKUP_DATABASE_URL", "casefile_backup", { database, environment: keys })).found;
  };

  const { rows } = await stage.superuser.query("select case_id as id from audit.chains where length >= 3 order by length, case_id limit 1");
  const [{ id }] = rows;
  const untouched = await verify(stage.database);
  if (untouched.length > 0) stage.problems.push(`nothing was changed, and it says ${JSON.stringify(untouched[0])}`);
  const told = [];
  for (const [what, sql, journal] of TAMPERS) {
    const found = await withCopy(stage, "tampered", async (database) => {
      await change(stage, database, id, sql);
      return verify(database);
    });
    told.push([what, found.find((line) => (journal ? line.journal === journal : line.case === id))]);
  }
  const older = await verify(nameOf(stage, "older"));
  told.push(["an older backup restored", older.find((line) => /was anchored/.test(line.problem))]);
  tell(stage, told);
}

/** Each line says what was done and how it was reported. */
function tell(stage, told) {
  for (const [what, finding] of told) {
    if (!finding) stage.problems.push(`not found: ${what}`);
    else console.error(`      ${what}: ${finding.problem}`);
  }
  stage.remarks.push(`${told.filter(([, finding]) => finding).length} of ${told.length} found and named`);
}

function makeKeys(folder) {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const AUDIT_ANCHOR_KEY_FILE = join(folder, "anchor.key");
  const AUDIT_ANCHOR_PUBLIC_KEY_FILE = join(folder, "anchor.pub");
  writeFileSync(AUDIT_ANCHOR_KEY_FILE, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  writeFileSync(AUDIT_ANCHOR_PUBLIC_KEY_FILE, publicKey.export({ type: "spki", format: "pem" }));
  return { AUDIT_ANCHOR_KEY_FILE, AUDIT_ANCHOR_PUBLIC_KEY_FILE };
}

const nameOf = ({ database }, name) => `${database}_${name}`;

/** A copy of the current database. This ends its connections; a server reconnects. */
async function copy(stage, name) {
  const { cluster, database } = stage;
  await stage.superuser.end();
  await cluster.query("postgres", `alter database ${database} with allow_connections false`);
  await cluster.query("postgres", `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${database}'`);
  await cluster.query("postgres", `create database ${nameOf(stage, name)} template ${database}`);
  await cluster.query("postgres", `alter database ${database} with allow_connections true`);
  await stage.connectAgain();
}

async function withCopy(stage, name, work) {
  await copy(stage, name);
  try {
    return await work(nameOf(stage, name));
  } finally {
    await stage.cluster.query("postgres", `drop database ${nameOf(stage, name)}`);
  }
}

async function change(stage, database, id, sql) {
  const client = await stage.cluster.connect(database);
  try {
    await client.query(
      `begin;
       set local session_replication_role = replica;
       create temporary table victim as select '${id}'::uuid as id;
       ${triggers("disable")}; ${sql}; ${triggers("enable always")};
       commit`,
    );
  } finally {
    await client.end();
  }
}

export default [{ name: "tamper", title: "a superuser, triggers off, changes what was written", undisturbed: true, run: tamper }];
