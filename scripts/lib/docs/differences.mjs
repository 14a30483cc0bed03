// The differences between two CSV files, cell by cell. The first columns of a line identify it.
import { parse } from "csv-parse/sync";

/** The number of those columns, by file, and the meaning of a missing line. */
export const FILES = {
  "access.csv": { about: 5, absent: "no privilege" },
  "entities.csv": { about: 2, absent: "not there" },
  "operations.csv": { about: 4, absent: "not granted" },
  "statuses.csv": { about: 2, absent: "no such change" },
};

function linesOf(text, about) {
  const [titles, ...lines] = parse(text);
  return { titles: titles.slice(about), answers: new Map(lines.map((line) => [line.slice(0, about).filter(Boolean).join(" "), line.slice(about)])) };
}

const told = (answers, absent) => (answers === undefined ? absent : answers.filter(Boolean).join(", ") || "there");

/** A sentence for each: its subject, its old value and its new one. */
export function differences(name, before, after) {
  const { about, absent } = FILES[name];
  const [was, is] = [before, after].map((text) => linesOf(text, about));
  return [...new Set([...was.answers.keys(), ...is.answers.keys()])].flatMap((key) => {
    const [old, fresh] = [was.answers.get(key), is.answers.get(key)];
    if (old === undefined || fresh === undefined) return [`${key}: was ${told(old, absent)}, is ${told(fresh, absent)}`];
    return is.titles.flatMap((title, place) => {
      if (old[place] === fresh[place]) return [];
      const cell = is.titles.length > 1 ? `${key}, ${title}` : key;
      return [`${cell}: was ${old[place] || "empty"}, is ${fresh[place] || "empty"}`];
    });
  });
}
