// The role that runs a migration owns what it creates. That must be casefile_owner, to which every rule applies.
import { Complaint } from "./reach.mjs";

/** Refuses every login except one that works as casefile_owner and bypasses no rule. */
export async function requireMigrator(client) {
  const { rows } = await client.query(
    `select session_user as login, current_user as role, bool_or(rolsuper) as super, bool_or(rolbypassrls) as bypasses
     from pg_roles where rolname in (session_user, current_user)`,
  );
  const what = fault(rows[0]);
  if (!what) return;
  throw new Complaint(
    `DATABASE_URL logs in as ${rows[0].login}, ${what}.`,
    "Nothing was changed. Use the login casefile_migrator, and first apply db/roles.sql to the database as an administrator.",
  );
}

function fault({ role, super: isSuper, bypasses }) {
  if (isSuper === "t") return "a superuser: what it makes would belong to a superuser";
  if (bypasses === "t") return "which has BYPASSRLS: row-level security would not bind what it makes";
  if (role !== "casefile_owner") return `which works as ${role}: what it makes would not belong to casefile_owner`;
  return undefined;
}
