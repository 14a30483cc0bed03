// Compares two schemas. A request breaks clients if it accepts less than before, an answer if it may contain more.

const COMBINED = ["oneOf", "anyOf", "not"];

export function merged(schema, document, seen = new Set()) {
  if (!schema) return {};
  if (schema.$ref) {
    if (seen.has(schema.$ref)) return {};
    return merged(target(schema, document), document, new Set([...seen, schema.$ref]));
  }
  const { allOf = [], ...own } = schema;
  return [...allOf.map((part) => merged(part, document, seen)), own].reduce((whole, part) => ({
    ...whole,
    ...part,
    properties: { ...whole.properties, ...part.properties },
    required: [...(whole.required ?? []), ...(part.required ?? [])],
  }), {});
}

export function target(value, document) {
  if (!value?.$ref) return value;
  const path = value.$ref.slice(2).split("/");
  return target(path.reduce((place, name) => place?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], document), document);
}

/** compare({ before, after, documents: [before, after], isAnswer, where, report, seen }) */
export function compare(what) {
  const { before, after, documents, isAnswer, where, report } = what;
  // Each component once: most are used in many operations.
  const name = before?.$ref && before.$ref === after?.$ref ? before.$ref.split("/").at(-1) : undefined;
  const key = name && `${isAnswer} ${name}`;
  if (key && what.seen.has(key)) return;
  if (key) what.seen.add(key);
  const place = name ?? where;
  const [old, now] = [merged(before, documents[0]), merged(after, documents[1])];
  const broken = (said) => report("breaks", `${isAnswer ? "answer" : "request"} ${place}`, said);

  if (old.type !== now.type) {
    // An integer is a number; without a type, anything was possible.
    const [narrow, wide] = isAnswer ? [now.type, old.type] : [old.type, now.type];
    const isFine = wide === undefined || (narrow === "integer" && wide === "number");
    if (!isFine) return broken(`is ${now.type ?? "anything"} instead of ${old.type ?? "anything"}`);
  }
  if (!isAnswer && old.nullable && !now.nullable) broken("may not be null any more");
  if (isAnswer && !old.nullable && now.nullable) broken("may be null now");
  compareWords(old, now, isAnswer, place, report, broken);
  compareLimits(old, now, isAnswer, broken);
  if (old.pattern !== now.pattern && (isAnswer ? old.pattern : now.pattern)) {
    broken(`has the form ${now.pattern ?? "of any text"} instead of ${old.pattern ?? "any text"}`);
  }
  if (!isNumber(old) && old.format !== now.format && (isAnswer ? old.format : now.format)) {
    broken(`has the format ${now.format ?? "of any text"} instead of ${old.format ?? "any text"}`);
  }
  for (const combined of COMBINED) {
    if (JSON.stringify(old[combined]) !== JSON.stringify(now[combined])) broken(`has another ${combined}`);
  }
  compareFields(old, now, what, place, broken);
  if (old.items || now.items) compare({ ...what, before: old.items, after: now.items, where: `${place}[]` });
}

function compareWords(old, now, isAnswer, place, report, broken) {
  if (isAnswer) {
    if (!old.enum) return;
    if (!now.enum) return broken("may be any text now");
    const more = now.enum.filter((word) => !old.enum.includes(word));
    // Sets of words may grow; clients must expect that, and want a warning.
    if (more.length > 0) report("warns", `answer ${place}`, `may be ${more.join(", ")} as well`);
  } else if (now.enum) {
    const less = old.enum?.filter((word) => !now.enum.includes(word));
    if (!less) broken(`may be nothing but ${now.enum.join(", ")} now`);
    else if (less.length > 0) broken(`may not be ${less.join(", ")} any more`);
  }
}

const isNumber = ({ type }) => type === "integer" || type === "number";
const RANGES = { int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1], uint64: [0, 2 ** 64 - 1], int64: [-(2 ** 63), 2 ** 63 - 1] };

function limits(schema) {
  const [least, most] = (isNumber(schema) && RANGES[schema.format]) || [-Infinity, Infinity];
  return {
    "least value": Math.max(schema.minimum ?? -Infinity, least), "greatest value": Math.min(schema.maximum ?? Infinity, most),
    "least length": schema.minLength ?? 0, "greatest length": schema.maxLength ?? Infinity,
    "least number of items": schema.minItems ?? 0, "greatest number of items": schema.maxItems ?? Infinity,
  };
}

function compareLimits(old, now, isAnswer, broken) {
  const [before, after] = [limits(old), limits(now)];
  for (const [name, limit] of Object.entries(after)) {
    const isWider = name.startsWith("least") ? limit < before[name] : limit > before[name];
    if (limit !== before[name] && isWider === isAnswer) broken(`has the ${name} ${limit} instead of ${before[name]}`);
  }
}

function compareFields(old, now, what, place, broken) {
  const [before, after] = [old.properties ?? {}, now.properties ?? {}];
  for (const name of Object.keys(before)) {
    if (!after[name]) broken(`has no field ${name} any more`);
    else compare({ ...what, before: before[name], after: after[name], where: `${place}.${name}` });
  }
  for (const name of what.isAnswer ? old.required ?? [] : now.required ?? []) {
    if (what.isAnswer && after[name] && !now.required?.includes(name)) broken(`may leave out ${name} now`);
    if (!what.isAnswer && !old.required?.includes(name)) broken(`has to have ${name} now`);
  }
  if (!what.isAnswer && now.additionalProperties === false && old.additionalProperties !== false) broken("may have no other fields now");
}
