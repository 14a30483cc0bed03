// Kills document workers in the middle of their work. Others process their documents, each once.
import { execFile, spawnSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, Program } from "../program.mjs";
import { now, sleep, until } from "../time.mjs";
import { upload } from "../uploads.mjs";

const run = promisify(execFile);
const SCRIPTS = new URL("../../../", import.meta.url).pathname;
const READERS = ["tesseract", "pdftotext", "pdftoppm"];
/** How long the rest may take after the last kill. */
const PATIENCE = 40_000;

const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;

function leaveOut() {
  const missing = READERS.filter((program) => !has(program));
  return missing.length > 0 ? `${missing.join(", ")} missing` : undefined;
}

async function killWorkers(stage) {
  await stage.startServer();
  await stage.startLoad();
  const documents = stage.lasting(9, 40);
  await upload(stage, documents);
  const scan = await startClamd(stage);
  const left = async () => {
    const { rows } = await stage.superuser.query("select count(*)::integer as count from core.document_jobs");
    return rows[0].count;
  };

  let worker = startWorker(stage, 0, scan);
  const kills = stage.lasting(2, 4);
  for (let killed = 1; killed <= kills; killed += 1) {
    const rest = documents - 3 * killed;
    await until("the worker has done some", async () => (await left()) <= rest, PATIENCE, 10);
    await sleep(100 * Math.random()); // in the midst of the next
    await worker.signal("KILL");
    await endClaims(stage);
    worker = startWorker(stage, killed, scan);
  }
  const second = startWorker(stage, kills + 1, scan);
  const began = now();
  await until("all documents are done", async () => (await left()) === 0, PATIENCE, 50).catch(async (error) => {
    const { rows } = await stage.superuser.query("select * from core.document_jobs");
    throw new Error(`${error.message}; what is left: ${JSON.stringify(rows)}`);
  });
  const seconds = ((now() - began) / 1000).toFixed(1);
  stage.remarks.push(`${documents} documents, ${kills} kills, the last done ${seconds} s after`);
  await Promise.all([worker.stop(), second.stop()]);
  await stage.stopLoad();
  await judge(stage, documents);
}

/**
 * Ends a claim early, instead of waiting. First, the worker's own connection must be gone: its last statements may
 * still arrive, among them a claim of 15 minutes.
 */
async function endClaims(stage) {
  const connected = async () => {
    const { rowCount } = await stage.superuser.query(
      "select from pg_stat_activity where usename = 'casefile_worker' and datname = current_database()",
    );
    return rowCount > 0;
  };
  await until("the killed worker's connection is over", async () => !(await connected()), PATIENCE, 10);
  await stage.superuser.query("update core.document_jobs set leased_until = now() where lease is not null");
}

/** A real scanner, if installed. */
async function startClamd(stage) {
  if (!has("clamd") && !has("/usr/sbin/clamd")) {
    stage.remarks.push("unscanned, as clamd is missing");
    return { VIRUS_SCAN: "off" };
  }
  const port = await freePort();
  const folder = join(stage.setting.state, "clamd");
  const log = join(stage.setting.state, "clamd.out");
  const command = [join(SCRIPTS, "lib/clamd.sh"), folder, String(port)];
  stage.others.push(new Program({ name: "clamd", command, log }).start());
  const ask = [join(SCRIPTS, "lib/clamd-answers.mjs"), `127.0.0.1:${port}`];
  const answers = () => run("node", ask).then(() => true, () => false);
  await until("clamd answers", answers, 20_000, 100);
  return { CLAMD_ADDRESS: `127.0.0.1:${port}` };
}

function startWorker(stage, number, scan) {
  const worker = stage.casefile("worker", `worker-${number}`, {
    WORKER_DATABASE_URL: stage.cluster.urlOf("casefile_worker", stage.database),
    ...scan,
  });
  stage.others.push(worker.start());
  return worker;
}

/** In addition to the checker: all of them are finished. */
async function judge(stage, documents) {
  const { rows } = await stage.superuser.query(
    `select count(*)::integer as count from core.documents as d join core.document_texts as t on t.document_id = d.id
     where d.virus_scan_status in ('clean', 'skipped') and d.ocr_status = 'complete'`,
  );
  const [{ count }] = rows;
  if (count !== documents) stage.problems.push(`${count} of ${documents} documents are scanned and read`);
}

export default [
  { name: "worker-kill", title: "kill -9 of the document worker", undisturbed: true, leaveOut, run: killWorkers },
];
