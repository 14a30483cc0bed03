// The commands that the pages and scripts show to a newcomer: any curl knows their options, their output ends with a newline,
// and the file that they upload is a document.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { join } from "node:path";
import { ROOT, textOf } from "./support/clone.mjs";

const walk = textOf("openapi/walk.md");
const commands = ["README.md", "openapi/walk.md", "openapi/sign-in.md", "db/README.md", "scripts/dev", "scripts/lib/sign-in.sh"].flatMap((name) =>
  textOf(name)
    .replaceAll("\\\n", " ")
    .split("\n")
    .flatMap((line) => line.match(/(?<![\w/])(?:curl|ask) -.*/g) ?? []),
);

test("curl gets options that it had in 2017", () => {
  assert.ok(commands.length > 15);
  const newer = /--(json|fail-with-body|retry-all-errors|url-query|variable|output-dir|create-file-mode)\b/;
  assert.deepEqual(commands.filter((command) => newer.test(command)), []);
});

test("an answer that somebody reads ends with a line", () => {
  const read = commands.filter((command) => !/^ask |\$\(|\)$| -\w*o |--output|\/token/.test(command));
  assert.ok(read.length >= 3);
  assert.deepEqual(read.filter((command) => !command.includes("-w '")), []);
  assert.match(walk, /\nask\(\) \{ curl -s -w '\\n' "\$@"; \}\n/);
});

test("the file that openapi/walk.md uploads is a valid document", () => {
  const files = new Set([...walk.matchAll(/file=@([^\s;')]+)/g)].map(([, name]) => name));
  assert.equal(files.size, 1);
  for (const name of files) {
    const command = `pdftotext "$1" - 2>&1`; // what it finds wrong it says there
    const text = execFileSync("bash", ["-c", command, "bash", join(ROOT, name)], { encoding: "utf8" });
    assert.match(text, /^IN THE FAMILY COURT AT BIRMINGHAM/);
  }
});
