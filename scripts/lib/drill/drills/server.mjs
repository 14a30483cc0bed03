// What may happen to the server itself.
import { sleep } from "../time.mjs";

/** As systemd does with Restart=always. */
const RESTART_AFTER = 100;

export default [
  {
    name: "server-kill",
    title: "kill -9 of the server",
    mayCut: true,
    async run(stage) {
      await stage.startServer();
      await stage.startLoad();
      for (let times = stage.lasting(3, 8); times > 0; times -= 1) {
        await stage.server.program.signal("KILL");
        await sleep(RESTART_AFTER);
        await stage.server.start();
        if (times > 1) await sleep(800);
      }
      await stage.watchRecovery();
      await stage.stopLoad();
    },
  },
];
