// Which status may follow which: the rows of core.status_transitions.
import { draw, escape } from "./diagram.mjs";
import { code, csv, page, table } from "./text.mjs";

const QUERY = `
  select t.from_status::text as "from", t.to_status::text as "to", to_json(t.roles)::text as roles, t.reason_required as reason
  from core.status_transitions as t
  order by t.from_status, t.to_status`;
const STATUSES = `
  select s.name, s.name = (
    select substring(pg_get_expr(d.adbin, d.adrelid) from '''(.*)''')
    from pg_attrdef as d
    join pg_attribute as a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where d.adrelid = 'core.cases'::regclass and a.attname = 'status'
  ) as first
  from unnest(enum_range(null::core.case_status)::text[]) with ordinality as s (name, place)
  order by s.place`;
const TITLE = "Which status may follow which";
const COLOURS = ["first", "second", "third", "fourth", "line"];

async function read(client) {
  const { rows: statuses } = await client.query(STATUSES);
  const { rows } = await client.query(QUERY);
  const transitions = rows.map(({ from, to, roles, reason }) => ({ from, to, roles: JSON.parse(roles), reason: reason === "t" }));
  const leaves = new Set(transitions.map(({ from }) => from));
  return {
    transitions,
    statuses: statuses.map(({ name, first }) => ({ name, first: first === "t", terminal: !leaves.has(name) })),
  };
}

const whoOf = ({ roles }) => roles.join(", ");
const colourOf = (whos, transition) => COLOURS[Math.min(whos.indexOf(whoOf(transition)), COLOURS.length - 1)];

function diagram({ statuses, transitions }, whos) {
  const places = new Map(statuses.map(({ name }, place) => [name, place]));
  const nodes = statuses.map(({ name, first, terminal }) => {
    const shape = terminal ? "peripheries=2" : `peripheries=1${first ? ", penwidth=2.5" : ""}`;
    return `"${name}" [class="box", ${shape}];`;
  });
  const edges = transitions.map((transition) => {
    const { from, to, reason } = transition;
    const weight = places.get(to) === places.get(from) + 1 ? 20 : 1; // the usual way is straight
    return `"${from}" -> "${to}" [class="${colourOf(whos, transition)}", style=${reason ? "dashed" : "solid"}, weight=${weight}];`;
  });
  const dot = `digraph statuses {
    graph [bgcolor="transparent", nodesep=0.5, ranksep=0.75, pad=0.2];
    node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=12, margin="0.18,0.1"];
    edge [arrowsize=0.7];
    ${[...nodes, ...edges].join("\n    ")}
  }`;
  const keys = [
    ...whos.map((who, place) => ({ colour: COLOURS[Math.min(place, COLOURS.length - 1)], dash: "", text: who })),
    { colour: "line", dash: ' stroke-dasharray="5,2"', text: "dashed: a reason is required" },
  ];
  const legend = (top) =>
    [
      ...keys.map(({ colour, dash, text }, place) => {
        const y = top + 12 + place * 18;
        return `<path class="stroke ${colour}" d="M12,${y}h36"${dash}/><text x="56" y="${y + 4}" font-size="12">${escape(text)}</text>`;
      }),
      `<text x="12" y="${top + 16 + keys.length * 18}" font-size="12">Thick border: a new case. Double border: terminal, nothing follows.</text>`,
    ].join("\n");
  return draw(dot, TITLE, "Each arrow is a row of core.status_transitions.", legend, 30 + keys.length * 18);
}

function text({ statuses, transitions }) {
  const to = (name) => transitions.filter(({ from }) => from === name).map((one) => code(one.to));
  const kind = ({ first, terminal }) => (first ? "a new case" : terminal ? "terminal" : "");
  return page(
    TITLE,
    "The rows of `core.status_transitions`. `core.permit_transition` checks every change of a status against them, however it is made.",
    `![${TITLE}](statuses.svg)`,
    "## Statuses",
    table(["status", "", "may be followed by"], statuses.map((one) => [code(one.name), kind(one), to(one.name).join(", ")])),
    "## Changes",
    table(
      ["from", "to", "who may", "reason"],
      transitions.map((one) => [code(one.from), code(one.to), one.roles.map(code).join(", "), one.reason ? "required" : ""]),
    ),
  );
}

export async function statuses(client) {
  const found = await read(client);
  const whos = [...new Set(found.transitions.map(whoOf))];
  const lines = found.transitions.map((one) => ({ ...one, roles: one.roles.join(" "), reason: one.reason ? "required" : "" }));
  return {
    "statuses.md": text(found),
    "statuses.csv": csv(["from", "to", "roles", "reason"], lines),
    "statuses.svg": diagram(found, whos),
  };
}
