// The cluster's disk, with data and write-ahead log, is full, and has space again after a while.
import { copyCluster } from "../pristine.mjs";
import { lack, SmallDiskCluster } from "../small-disk.mjs";
import { sleep } from "../time.mjs";

const SEGMENTS = 8;

async function run(stage) {
  const { cluster } = stage;
  await stage.startServer();
  await stage.startLoad();
  await cluster.fill();
  cluster.keepUp();
  await stage.calm(2, 5);
  await exhaustLog(stage);
  await stage.calm(2, 5);
  cluster.letBe();
  const fell = cluster.program.deaths.length;
  stage.remarks.push(fell > 0 ? `PostgreSQL gave up ${fell} times` : "PostgreSQL stayed up");
  await cluster.free();
  await cluster.start();
  await stage.connectAgain();
  await stage.watchRecovery();
  await stage.stopLoad();
}

/** Soon needs the next segment of the log, which has no space. */
async function exhaustLog({ cluster }) {
  try {
    for (let segment = 0; segment < SEGMENTS; segment += 1) {
      await cluster.query("postgres", "select pg_switch_wal()");
      await sleep(50);
    }
  } catch {
    // as intended
  }
}

export default [
  {
    name: "disk-full",
    title: "the cluster's disk full",
    refuses: true,
    leaveOut: lack,
    prepare: copyCluster,
    openCluster: SmallDiskCluster.open,
    run,
  },
];
