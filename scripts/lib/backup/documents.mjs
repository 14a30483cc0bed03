// The files of documents, from one folder to another. Each is compared with its record in the database.
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Complaint } from "../migrate/reach.mjs";

/** How many files are open at a time. */
const SIDE_BY_SIDE = 8;

export function requireFolder(folder) {
  if (existsSync(folder)) return;
  throw new Complaint(`There is no folder ${folder}.`, "Name the one of DOCUMENT_STORE_URL, without file://.");
}

export function requireEmptyFolder(folder) {
  if (!existsSync(folder) || readdirSync(folder).length === 0) return;
  throw new Complaint(`${folder} is not empty.`, "Name a folder that is not there yet: documents of two databases do not mix.");
}

/** Copies the documents that the database has in the client's transaction, and names each fault. */
export async function copyDocuments(client, from, to, signal) {
  const copied = { count: 0, bytes: 0, problems: [] };
  await client.query(
    `declare documents no scroll cursor for
     select case_id, id, file_size, file_hash from core.documents where upload_status = 'complete' order by case_id, id`,
  );
  for (;;) {
    const { rows } = await client.query("fetch 1000 from documents");
    if (rows.length === 0) break;
    const waiting = rows.values();
    const work = async () => {
      for (const row of waiting) {
        signal.throwIfAborted();
        await copyDocument(row, from, to, copied);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  }
  await client.query("close documents");
  return copied;
}

async function copyDocument({ case_id, id, file_size, file_hash }, from, to, copied) {
  const name = `${case_id}/${id}`;
  const digest = createHash("sha256");
  let bytes = 0;
  const count = new Transform({
    transform(piece, _, done) {
      digest.update(piece);
      bytes += piece.length;
      done(undefined, piece);
    },
  });
  mkdirSync(join(to, case_id), { recursive: true, mode: 0o700 });
  try {
    await pipeline(createReadStream(join(from, name)), count, createWriteStream(join(to, name), { mode: 0o600, flush: true }));
  } catch (error) {
    if (error.code !== "ENOENT") throw new Complaint(`${name} cannot be copied: ${error.message}`);
    copied.problems.push(`${name} is missing`);
    return;
  }
  if (bytes !== Number(file_size) || digest.digest("hex") !== file_hash) copied.problems.push(`${name} is altered`);
  copied.count += 1;
  copied.bytes += bytes;
}
