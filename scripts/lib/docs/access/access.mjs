// The access matrix for readers: a CSV file of all cells, a page with a part for each table, and a picture.
import { accessPage } from "./page.mjs";
import { accessPicture } from "./picture.mjs";
import { measureAccess, prepareAccess } from "./measure.mjs";
import { csv } from "../text.mjs";

export const COLUMNS = ["role", "table", "verb", "row", "column", "answer"];
export const accessCsv = (cells) => csv(COLUMNS, cells);

/** The subjects of the cells, in the order of the page. */
async function read(client) {
  const { rows: tables } = await client.query(
    `select t.name, obj_description(t.tab, 'pg_class') as about, count(*) as columns
     from fixture.tables as t join fixture.columns as c on c.tab = t.tab
     group by t.tab, t.name order by t.name collate "C"`,
  );
  const { rows: subjects } = await client.query("select name, caller is not null as caller from fixture.subjects order by place");
  const { rows: kinds } = await client.query("select name, about from fixture.kinds order by fixture.rank_of(name) collate \"C\"");
  return {
    tables: tables.map((table) => ({ ...table, columns: Number(table.columns) })),
    subjects: subjects.map(({ name, caller }) => ({ name, caller: caller === "t" })),
    kinds,
  };
}

/** Leaves the client's transaction open, with rows that must not be committed. */
export async function access(client) {
  await prepareAccess(client);
  const about = await read(client);
  const cells = await measureAccess(client);
  return {
    "access.csv": accessCsv(cells),
    "access.md": accessPage(about, cells),
    "access.svg": accessPicture(about, cells),
  };
}
