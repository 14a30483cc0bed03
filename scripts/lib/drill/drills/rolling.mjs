// Two servers behind one address, restarted one after the other. Nobody notices.
import { Balancer } from "../balancer.mjs";

const DRAIN_SECONDS = 1;

async function restartInTurn(stage) {
  const environment = { DRAIN_SECONDS: String(DRAIN_SECONDS) };
  for (const name of ["server-one", "server-two"]) await stage.startServer({ name, environment });
  const balancer = new Balancer(stage.servers);
  await balancer.open();
  try {
    await stage.startLoad({ servers: [balancer] });
    for (let rounds = stage.lasting(1, 3); rounds > 0; rounds -= 1) {
      for (const server of stage.servers) {
        await server.program.stop("TERM");
        await server.start();
        await balancer.untilReady(server);
      }
    }
    await stage.watchRecovery();
    await stage.stopLoad();
  } finally {
    balancer.close();
  }
}

export default [
  {
    name: "rolling-restart",
    title: "two servers behind one address, restarted in turn",
    undisturbed: true,
    run: restartInTurn,
  },
];
