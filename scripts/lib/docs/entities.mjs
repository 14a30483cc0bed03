// The stored data and its relations: tables, columns and foreign keys of the catalogue.
import { draw, escape } from "./diagram.mjs";
import { code, csv, inCell, page, paragraph, table } from "./text.mjs";

const COLUMNS = `
  select
    n.nspname as schema, c.relname as "table", obj_description(c.oid, 'pg_class') as about, a.attname as "column",
    format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable, a.attgenerated <> '' as computed,
    coalesce(a.attnum = any (k.conkey), false) as is_key, col_description(c.oid, a.attnum) as comment
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_constraint as k on k.conrelid = c.oid and k.contype = 'p'
  where c.relkind in ('r', 'p') and c.relowner = 'casefile_owner'::regrole and n.nspname <> 'public'
  order by n.nspname collate "C", c.relname collate "C", a.attnum`;
const KEYS = `
  select
    k.conrelid::regclass::text as "from", k.confrelid::regclass::text as "to",
    (
      select to_json(array_agg(a.attname order by p.place))::text
      from unnest(k.conkey) with ordinality as p (attnum, place)
      join pg_attribute as a on a.attrelid = k.conrelid and a.attnum = p.attnum
    ) as columns
  from pg_constraint as k
  where k.contype = 'f' and k.connamespace <> 'public'::regnamespace
  order by k.conrelid::regclass::text collate "C", k.confrelid::regclass::text collate "C", k.conname collate "C"`;
const TITLE = "What is kept, and what belongs to what";
const COLOURS = { core: "first", audit: "second", auth: "third" };

async function read(client) {
  const { rows } = await client.query(COLUMNS);
  const keys = (await client.query(KEYS)).rows.map((key) => ({ ...key, columns: JSON.parse(key.columns) }));
  const tables = new Map();
  for (const { schema, table: name, about, column, ...more } of rows) {
    const full = `${schema}.${name}`;
    if (!tables.has(full)) tables.set(full, { schema, name: full, about: paragraph(about), columns: [] });
    const references = keys.filter(({ from, columns }) => from === full && columns.includes(column)).map(({ to }) => to);
    const { type, comment } = more;
    const [nullable, computed, isKey] = [more.nullable, more.computed, more.is_key].map((flag) => flag === "t");
    tables.get(full).columns.push({ name: column, type, comment: paragraph(comment), nullable, computed, isKey, references });
  }
  return { tables: [...tables.values()], keys };
}

/** With any reader's font, a name stays in its box. */
const cell = (text, mark = "") => {
  const inside = mark ? `<${mark}>${escape(text)}</${mark}>` : escape(text);
  return `<tr><td align="left" width="${Math.ceil(text.length * (mark === "b" ? 8.2 : 6.8))}">${inside}</td></tr>`;
};

/** A box: the table, then the columns that are keys; the others are counted. */
function box({ name, columns }) {
  const keys = columns.filter(({ isKey, references }) => isKey || references.length > 0);
  const rest = columns.length - keys.length;
  const lines = keys.map(({ name: key, isKey }) => cell(key, isKey && "u"));
  if (rest > 0) lines.push(cell(keys.length > 0 ? `and ${rest} more` : `${rest} columns`, "i"));
  const head = cell(name.split(".")[1], "b");
  return `<<table border="0" cellborder="0" cellspacing="0" cellpadding="2">${head}<hr/>${lines.join("")}</table>>`;
}

function diagram({ tables, keys }) {
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  const tied = new Set(keys.flatMap(({ from, to }) => [from, to]));
  const clusters = schemas.map((schema) => {
    const own = tables.filter((one) => one.schema === schema);
    const nodes = own.map((one) => `"${one.name}" [class="box", label=${box(one)}];`);
    // Tables without foreign keys stand in columns.
    const alone = own.filter(({ name }) => !tied.has(name)).map(({ name }) => `"${name}"`);
    const rows = alone.flatMap((name, place) => (place % 4 === 0 ? [] : [`${alone[place - 1]} -> ${name} [style=invis];`]));
    return `subgraph "cluster_${schema}" { label="${schema}"; fontsize=15; labeljust=l; style=rounded; margin=14;
      ${[...nodes, ...rows].join("\n      ")}
    }`;
  });
  const pairs = new Map(keys.filter(({ from, to }) => from !== to).map((key) => [`${key.from} ${key.to}`, key]));
  const edges = [...pairs.values()].map(({ from, to }) => `"${from}" -> "${to}" [class="${COLOURS[from.split(".")[0]] ?? "fourth"}"];`);
  const dot = `digraph entities {
    graph [rankdir=RL, bgcolor="transparent", nodesep=0.18, ranksep=0.6, pad=0.2, fontname="Helvetica"];
    node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, margin="0.04,0.02"];
    edge [arrowsize=0.6];
    ${[...clusters, ...edges].join("\n    ")}
  }`;
  return draw(dot, TITLE, "Tables by schema. An arrow is a foreign key: it leads to what the row belongs to.");
}

const notes = ({ isKey, nullable, computed, references }) =>
  [isKey && "key", nullable && "may be null", computed && "computed", ...references.map((to) => `→ ${code(to)}`)].filter(Boolean).join(", ");

const section = ({ name, about, columns }) =>
  [`### ${name}`, about, table(["column", "type", "", ""], columns.map((one) => [code(one.name), one.type, notes(one), one.comment]))].join("\n\n");

export async function entities(client) {
  const found = await read(client);
  const schemas = [...new Set(found.tables.map(({ schema }) => schema))];
  return {
    "entities.svg": diagram(found),
    "entities.md": page(
      TITLE,
      `![${TITLE}](entities.svg)`,
      "An arrow is a foreign key: it leads to what the row belongs to. Columns that are underlined are the table's key.",
      ...schemas.flatMap((schema) => [`## Schema ${schema}`, ...found.tables.filter((one) => one.schema === schema).map(section)]),
    ),
    "entities.csv": csv(
      ["table", "column", "type", "key", "nullable", "computed", "references", "comment"],
      found.tables.flatMap(({ name, columns }) =>
        columns.map((one) => ({
          table: name,
          column: one.name,
          type: one.type,
          key: one.isKey ? "yes" : "",
          nullable: one.nullable ? "yes" : "",
          computed: one.computed ? "yes" : "",
          references: one.references.join(" "),
          comment: inCell(one.comment),
        })),
      ),
    ),
  };
}
