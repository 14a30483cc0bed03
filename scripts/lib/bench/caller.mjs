// The caller without auth.resume: the role and the claims of a session, which a superuser may look up.
import { connect } from "../pg.mjs";
import { superuserUrl } from "./settings.mjs";

/** In auth.resume's form, for a transaction. */
export async function callerSettings(database, token) {
  const client = await connect(superuserUrl(database));
  const { rows } = await client.query(
    `select lower(s.user_role::text) as role, auth.claims_prefix() as prefix, s.user_id, s.court_code, s.organisation_id
     from auth.sessions as s where s.token_sha256 = sha256($1::bytea)`,
    [token],
  );
  await client.end();
  const { role, prefix, ...claims } = rows[0];
  const named = Object.entries(claims).map(([name, value]) => [`${prefix}${name}_${role}`, value ?? ""]);
  return { role, ...Object.fromEntries(named) };
}
