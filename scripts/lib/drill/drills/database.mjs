// Faults of the database while the server runs.
import { terminateAll } from "../cluster.mjs";
import { sleep } from "../time.mjs";

/** Takes the database away, and gives it back, under load. */
const underLoad = (disturb) => async (stage) => {
  await stage.startServer();
  await stage.startLoad();
  await disturb(stage);
  await stage.watchRecovery();
  await stage.stopLoad();
};

async function away(stage, takeAway) {
  await takeAway();
  await stage.calm(2.5, 8);
  await stage.cluster.start();
  await stage.connectAgain();
}

export default [
  {
    name: "postgres-kill",
    title: "kill -9 of PostgreSQL",
    refuses: true,
    run: underLoad((stage) => away(stage, () => stage.cluster.crash())),
  },
  {
    name: "postgres-restart",
    title: "pg_ctl stop -m fast, and start",
    refuses: true,
    run: underLoad((stage) => away(stage, () => stage.cluster.stopFast())),
  },
  {
    name: "terminate",
    title: "pg_terminate_backend on every connection every second",
    run: underLoad(async (stage) => {
      let ended = 0;
      for (let times = stage.lasting(3, 10); times > 0; times -= 1) {
        ended += await terminateAll(stage.superuser, stage.database);
        if (times > 1) await sleep(1000);
      }
      stage.remarks.push(`${ended} connections ended`);
      if (ended === 0) stage.problems.push("there was no connection to end");
    }),
  },
  {
    name: "postgres-hang",
    title: "SIGSTOP of PostgreSQL",
    refuses: true,
    run: underLoad(async (stage) => {
      stage.cluster.freeze();
      await stage.calm(3.5, 10);
      stage.cluster.thaw();
    }),
  },
  {
    name: "lock",
    title: "a lock held on the cases",
    refuses: true,
    run: underLoad(async (stage) => {
      await stage.superuser.query("begin; lock table core.cases in access exclusive mode");
      await stage.calm(3, 10);
      await stage.superuser.query("commit");
    }),
  },
];
