// Each kind of break, made in every place of our own document where it can be, is named; harmless changes are not.
import assert from "node:assert/strict";
import { test } from "node:test";
import { differences } from "../../scripts/lib/openapi-diff/differences.mjs";
import { target } from "../../scripts/lib/openapi-diff/schema.mjs";
import { textOf } from "./support/clone.mjs";

const document = JSON.parse(textOf("openapi/openapi.json"));

/** All objects that `isOne` likes, as paths from the top; `place` is how one got there. */
function places(isOne) {
  const found = [];
  const visit = (value, path) => {
    if (value === null || typeof value !== "object" || path.at(-1) === "example") return;
    if (isOne(value, path)) found.push(path);
    for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
  };
  visit(document, []);
  return found;
}

const at = (value, path) => path.reduce((inner, name) => inner[name], value);

/** What is said of the document after the change, of one that is like it else. */
function said(change) {
  const changed = structuredClone(document);
  const undone = change(changed);
  return undone === false ? undefined : differences(document, changed);
}

const asked = new Set();
const answered = new Set();
const collect = (value, into) => {
  if (value === null || typeof value !== "object") return;
  if (value.$ref?.startsWith("#/components/schemas/")) {
    const name = value.$ref.split("/").at(-1);
    if (into.has(name)) return;
    into.add(name);
  }
  if (value.$ref) collect(target(value, document), into);
  for (const inner of Object.values(value)) collect(inner, into);
};
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
for (const operation of operations) {
  collect([operation.requestBody, operation.parameters], asked);
  collect(operation.responses, answered);
}

const MOST_TRIED = 40;

/** Every change of this kind is found as a break, and there were at least so many. */
function breaks(title, least, paths, change, wanted) {
  test(`${title} breaks`, () => {
    let tried = 0;
    // Spread over all of them, as each takes its time.
    const step = Math.ceil(paths.length / MOST_TRIED);
    for (const path of paths.filter((_, number) => number % step === 0)) {
      const found = said((changed) => change(at(changed, path), changed, path));
      if (found === undefined) continue;
      tried += 1;
      assert.ok(found.some(({ kind, what }) => kind === "breaks" && wanted.test(what)), `${path.join("/")}: ${JSON.stringify(found)}`);
    }
    assert.ok(tried >= least, `${tried} places`);
  });
}

const isIn = (set) => (path) => path[0] === "components" && path[1] === "schemas" && set.has(path[2]);
const methods = places((value) => value.operationId !== undefined);
const objects = places((value, path) => value.type === "object" && value.properties && path[1] === "schemas");
const texts = places((value, path) => value.type === "string" && !value.enum && path[1] === "schemas");
const numbers = places((value, path) => value.type === "integer" && path[1] === "schemas");
const words = places((value, path) => Array.isArray(value.enum) && path[1] === "schemas");
const bodies = objects.filter(isIn(asked));
const answers = objects.filter(isIn(answered));

breaks("a method that is gone", 15, methods, (_, changed, path) => delete changed.paths[path[1]][path[2]], /^is gone$/);
breaks("another name of an operation", 15, methods, (operation) => void (operation.operationId += "_"), /^is called/);
breaks("a sign-in that was not wanted", 2, methods, (operation) => operation.security.length === 0 && void (operation.security = [{ bearer: [] }]), /sign-in/);
breaks("a way to sign in that is gone", 15, methods, (operation) => operation.security.length > 1 && void operation.security.pop(), /any more/);
breaks("a parameter that is gone", 15, methods, (operation) => (operation.parameters ?? []).length > 0 && void operation.parameters.pop(), /no parameter/);
breaks("a parameter that is required", 15, methods, (operation) =>
  void (operation.parameters = [...(operation.parameters ?? []), { in: "query", name: "colour", required: true, schema: { type: "string" } }]), /has to have the parameter/);
breaks("an answer that is gone", 15, methods, (operation) => void delete operation.responses[Object.keys(operation.responses)[0]], /^is gone$/);
breaks("a body that has to be there", 7, methods, (operation) =>
  !operation.requestBody && void (operation.requestBody = { required: true, content: {} }), /has to have a body/);
breaks("a kind of content that is gone", 15, places((value) => value.schema && value.schema.type !== "null" && value.name === undefined && value.required === undefined).filter((path) => path.includes("content") && path[0] === "paths"),
  (_, changed, path) => void delete at(changed, path.slice(0, -1))[path.at(-1)], /any more/);
breaks("a field of an answer that is gone", 15, answers, (schema) => void delete schema.properties[Object.keys(schema.properties)[0]], /no field/);
breaks("a field that an answer may leave out", 15, answers, (schema) => !!schema.required?.length && void schema.required.pop(), /may leave out/);
breaks("a field of a body that is gone", 3, bodies, (schema) => void delete schema.properties[Object.keys(schema.properties)[0]], /no field/);
breaks("a field that a body has to have", 3, bodies, (schema) =>
  void ((schema.properties.colour = { type: "string" }), (schema.required = [...(schema.required ?? []), "colour"])), /has to have colour/);
breaks("a longer text in an answer", 7, texts.filter(isIn(answered)), (schema) => schema.maxLength !== undefined && void (schema.maxLength += 1), /greatest length/);
breaks("a shorter text in a body", 7, texts.filter(isIn(asked)), (schema) => schema.maxLength !== undefined && void (schema.maxLength -= 1), /greatest length/);
breaks("a new form of a text in a body", 7, texts.filter(isIn(asked)), (schema) => void (schema.pattern = "^x$"), /has the form/);
breaks("a number in an answer that may be less", 4, numbers.filter(isIn(answered)), (schema) => schema.minimum !== undefined && schema.format !== "uint64" && void (schema.minimum -= 1), /least value/);
breaks("another type", 15, [...texts, ...numbers].filter(isIn(new Set([...asked, ...answered]))), (schema) => void (schema.type = "boolean"), /is boolean instead/);
breaks("null in an answer", 15, texts.filter(isIn(answered)), (schema) => !schema.nullable && void (schema.nullable = true), /may be null/);
breaks("null that a body may not have", 5, texts.filter(isIn(asked)), (schema) => schema.nullable === true && void delete schema.nullable, /may not be null/);
breaks("a word that a request may not say", 2, words.filter(isIn(asked)), (schema) => void schema.enum.pop(), /may not be/);
breaks("any text instead of words", 5, words.filter(isIn(answered)), (schema) => void delete schema.enum, /any text/);
breaks("a header that is gone", 1, places((value, path) => path.at(-1) === "headers" && path[0] === "paths"), (headers) => void delete headers[Object.keys(headers).at(-1)], /no header/);

test("a new word in an answer is told, and breaks nobody", () => {
  for (const path of words.filter(isIn(answered)).filter((path) => !asked.has(path[2]))) {
    const found = said((changed) => void at(changed, path).enum.push("NEW"));
    assert.deepEqual([...new Set(found.map(({ kind }) => kind))], ["warns"], path.join("/"));
  }
});

test("the same document, and additions, break nobody", () => {
  assert.deepEqual(differences(document, document), []);
  const found = said((changed) => {
    changed.paths["/api/new"] = { get: { operationId: "new", responses: {} } };
    for (const path of methods) {
      const operation = at(changed, path);
      operation.description = "Other words";
      operation.parameters = [...(operation.parameters ?? []), { in: "query", name: "colour", schema: { type: "string" } }];
      operation.responses["418"] = { description: "A teapot" };
    }
    for (const path of objects) at(changed, path).properties.colour = { type: "string", nullable: true };
    for (const path of texts.filter((path) => !isIn(answered)(path))) at(changed, path).maxLength &&= at(changed, path).maxLength + 1;
    for (const path of words.filter((path) => !isIn(answered)(path))) at(changed, path).enum.push("NEW");
  });
  assert.deepEqual(found, []);
});
