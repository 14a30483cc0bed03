// All drills, in the order in which they run.
import clients from "./drills/clients.mjs";
import database from "./drills/database.mjs";
import deploy from "./drills/deploy.mjs";
import diskFull from "./drills/disk-full.mjs";
import failover from "./drills/failover.mjs";
import promote from "./drills/promote.mjs";
import restore from "./drills/restore.mjs";
import rolling from "./drills/rolling.mjs";
import secrets from "./drills/secrets.mjs";
import server from "./drills/server.mjs";
import tamper from "./drills/tamper.mjs";
import worker from "./drills/worker.mjs";

export const DRILLS = [...database, ...promote, ...diskFull, ...server, ...clients, ...worker, ...deploy, ...rolling, ...secrets, ...restore, ...tamper];
/** For `scripts/drill failover`. */
export const FAILOVER = failover;
