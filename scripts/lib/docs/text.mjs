// The forms that people read and compare: Markdown tables, and CSV with a line for each row.

const csvField = (value) => (/[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const csvLine = (fields) => `${fields.map((field) => csvField(String(field ?? ""))).join(",")}\n`;

/** Rows are objects; their columns are named once. */
export const csv = (columns, rows) => [columns, ...rows.map((row) => columns.map((column) => row[column]))].map(csvLine).join("");

export const inCell = (value) => String(value ?? "").replace(/\s+/g, " ").replaceAll("|", "\\|");
const line = (cells) => `| ${cells.map(inCell).join(" | ")} |`;

/** Rows are lists, as long as the one of titles. */
export const table = (titles, rows) => [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");

export const code = (name) => `\`${name}\``;

/** A page: its title, and its parts, with a blank line between them. */
export const page = (title, ...parts) => `${[`# ${title}`, ...parts].filter(Boolean).join("\n\n")}\n`;

/** A comment of the catalogue, as one paragraph. */
export const paragraph = (comment) => (comment ?? "").replace(/\s+/g, " ").trim();
