// Prints the baseline: one migration that makes all that the sources say on an empty database.
// Usage: node baseline.mjs DB_FOLDER VERSION COMMIT
import { readSources } from "./sources.mjs";

const [folder, version, commit] = process.argv.slice(2);

const UP = `-- migrate:up

-- Written by scripts/gen-baseline from the sources in db/. It stands for the 32 migrations that came before it and has the
-- version of the last of them: a database that has run all of these skips it.

do $$
begin
  if exists (select from public.schema_migrations) then
    raise exception 'This database has run only some of the 32 migrations that the baseline stands for. Bring it up with those of commit ${commit}, then run this again.';
  end if;
  if current_user <> 'casefile_owner' or (select rolsuper or rolbypassrls from pg_catalog.pg_roles where rolname = current_user) then
    raise exception 'All objects have to belong to casefile_owner, and this login works as %. Use the login casefile_migrator.', current_user;
  end if;
end;
$$;

-- Bodies may name functions that come later.
set local check_function_bodies = off;`;

const DOWN = `-- migrate:down

do $$
begin
  if current_setting('fsync') = 'on' then
    raise exception 'This would drop all cases. The way back of the baseline is for clusters that are thrown away (fsync = off).';
  end if;
end;
$$;

drop schema api, auth, audit, core, worker cascade;
revoke select on public.schema_migrations from casefile_api;
alter default privileges grant execute on functions to public;
-- Else the next migration up would be refused, as it looks as if only some had been applied.
delete from public.schema_migrations where version < '${version}';`;

const sections = (await readSources(folder)).flatMap(({ title, parts }) => [
  `-- # ${title}`,
  ...parts.map(({ path, text }) => `-- db/${path}\n${text}`),
]);
console.log([UP, ...sections, DOWN].join("\n\n"));
