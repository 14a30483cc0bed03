// The changes for clients of an older API document.
import { compare, target } from "./schema.mjs";

/** [{ kind: "breaks" | "warns", where, what }], each once. */
export function differences(before, after) {
  const found = new Map();
  const report = (kind, where, what) => found.set(`${kind} ${where} ${what}`, { kind, where, what });
  const seen = new Set();
  const schemas = (old, now, isAnswer, where) =>
    compare({ before: old, after: now, documents: [before, after], isAnswer, where, report, seen });
  const side = { before, after, report, schemas };

  const [old, now] = [operations(before), operations(after)];
  for (const [where, operation] of old) {
    if (!now.has(where)) report("breaks", where, "is gone");
    else compareOperations(where, operation, now.get(where), side);
  }
  return [...found.values()];
}

/** By method and path; the names of path parameters do not matter. */
function operations(document) {
  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path.replace(/{[^}]*}/g, "{}")}`, operation]));
  return new Map(all);
}

function compareOperations(where, old, now, side) {
  const broken = (what, place = where) => side.report("breaks", place, what);
  if (old.operationId !== now.operationId) broken(`is called ${now.operationId} instead of ${old.operationId}`);
  compareSecurity(old.security ?? [], now.security ?? [], broken);
  compareParameters(where, old, now, side, broken);
  compareBodies(where, target(old.requestBody, side.before), target(now.requestBody, side.after), side, broken);
  for (const [status, answer] of Object.entries(old.responses)) {
    const place = `${where} ${status}`;
    if (now.responses[status]) compareAnswers(place, target(answer, side.before), target(now.responses[status], side.after), side);
    else broken("is gone", place);
  }
  for (const status of Object.keys(now.responses)) {
    if (!old.responses[status] && status < "400") side.report("warns", `${where} ${status}`, "is another success");
  }
}

function compareSecurity(old, now, broken) {
  const ways = (security) => new Set(security.map((scheme) => Object.keys(scheme).sort().join(" and ")));
  if (old.length === 0) {
    if (now.length > 0 && !ways(now).has("")) broken("wants a sign-in now");
    return;
  }
  for (const way of ways(old)) if (now.length > 0 && !ways(now).has(way)) broken(`takes no ${way} any more`);
}

/** By place and name; a path's by their order. */
function parametersOf(operation, document) {
  let inPath = 0;
  const parameters = (operation.parameters ?? []).map((parameter) => target(parameter, document));
  return new Map(parameters.map((parameter) => {
    const name = { path: () => ++inPath, header: () => parameter.name.toLowerCase() }[parameter.in]?.() ?? parameter.name;
    return [`${parameter.in} ${name}`, parameter];
  }));
}

function compareParameters(where, old, now, side, broken) {
  const [before, after] = [parametersOf(old, side.before), parametersOf(now, side.after)];
  for (const [name, parameter] of before) {
    // A header means the same everywhere.
    const place = parameter.in === "header" ? name : `${where} ${name}`;
    if (after.has(name)) side.schemas(parameter.schema, after.get(name).schema, false, place);
    else broken(`has no parameter ${name} any more`);
  }
  for (const [name, { required }] of after) {
    if (required && !before.get(name)?.required) broken(`has to have the parameter ${name} now`);
  }
}

function compareBodies(where, old, now, side, broken) {
  if (!now) {
    if (old) broken("takes no body any more");
    return;
  }
  if (now.required && !old?.required) broken("has to have a body now");
  if (old) compareContent(where, old, now, false, side);
}

function compareAnswers(where, old, now, side) {
  compareContent(where, old, now, true, side);
  const after = byName(now.headers);
  for (const [name, header] of byName(old.headers)) {
    const [was, is] = [target(header, side.before), target(after.get(name), side.after)];
    if (!is) side.report("breaks", where, `has no header ${name} any more`);
    else {
      if (was.required && !is.required) side.report("breaks", where, `may leave out the header ${name} now`);
      side.schemas(was.schema, is.schema, true, `${where} header ${name}`);
    }
  }
}

const byName = (headers = {}) => new Map(Object.entries(headers).map(([name, header]) => [name.toLowerCase(), header]));

function compareContent(where, old, now, isAnswer, side) {
  const kinds = (content = {}) => new Map(Object.entries(content).map(([kind, value]) => [kind.split(";")[0].trim(), value]));
  const after = kinds(now.content);
  for (const [kind, { schema }] of kinds(old.content)) {
    if (after.has(kind)) side.schemas(schema, after.get(kind).schema, isAnswer, `${where} ${isAnswer ? "answer" : "body"}`);
    else side.report("breaks", where, `has no ${kind} any more`);
  }
}
