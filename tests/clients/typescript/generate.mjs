// Writes generated/api.ts from the API's document. The program of openapi-typescript does the same, but says `string` for a file.
import { mkdir, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const blob = ts.factory.createTypeReferenceNode("Blob");
const document = new URL("../../../openapi/openapi.json", import.meta.url);
const types = await openapiTS(document, {
  transform: (schema) => (schema.format === "binary" ? blob : undefined),
});
const generated = new URL("generated/", import.meta.url);
await mkdir(generated, { recursive: true });
await writeFile(new URL("api.ts", generated), astToString(types));
