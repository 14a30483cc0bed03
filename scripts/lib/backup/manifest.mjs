// manifest.json: the contents of a backup. It is written last: a folder without it is no backup.
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pipeline } from "node:stream/promises";
import { Complaint } from "../migrate/reach.mjs";

const NAME = "manifest.json";
/** For the manifest and its folder. */
const FORMAT = 1;

export function writeManifest(folder, manifest) {
  writeFileSync(join(folder, NAME), `${JSON.stringify({ format: FORMAT, ...manifest }, undefined, 2)}\n`);
}

export function readManifest(folder) {
  const file = join(folder, NAME);
  if (!existsSync(file)) {
    throw new Complaint(`${folder} is not a backup: it has no ${NAME}.`, "Name the folder that scripts/backup has made.");
  }
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Complaint(`${file} is damaged.`, "Take another backup.");
  }
  if (manifest.format !== FORMAT) {
    throw new Complaint(`The backup is of format ${manifest.format}, and this version knows ${FORMAT}.`, `It was made by Casefile ${manifest.casefile}: restore it with that.`);
  }
  return manifest;
}

export async function sha256Of(file) {
  const digest = createHash("sha256");
  await pipeline(createReadStream(file), digest);
  return digest.digest("hex");
}

/** Size and SHA-256 of each of these files, and of all files in these folders. */
export async function filesOf(folder, ...parts) {
  const files = {};
  for (const path of parts.flatMap((part) => below(join(folder, part))).sort()) {
    files[relative(folder, path)] = { bytes: statSync(path).size, sha256: await sha256Of(path) };
  }
  return files;
}

const below = (path) => (statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]);

/** Refuses a backup whose files have changed. */
export async function requireWhole(folder, manifest) {
  const wrong = [];
  for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
    const file = join(folder, name);
    if (!existsSync(file)) wrong.push(`${name} is missing`);
    else if (statSync(file).size !== bytes || (await sha256Of(file)) !== sha256) wrong.push(`${name} is altered`);
  }
  if (wrong.length > 0) {
    throw new Complaint("The backup is damaged:", ...wrong.slice(0, 10), "Nothing was restored. Take another backup, or another copy of it.");
  }
}

export const sizeOf = (bytes) =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} KiB` : bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : `${(bytes / 2 ** 30).toFixed(2)} GiB`;

export const totalOf = (files) => Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0);
