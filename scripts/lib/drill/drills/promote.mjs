// The short form of scripts/drill failover: a primary and its synchronous standby, with PostgreSQL alone.
import { Pair } from "../pair.mjs";
import { copyCluster } from "../pristine.mjs";

async function promote(stage) {
  const { cluster, database } = stage;
  const url = cluster.urlOf("casefile_api", database, cluster.addresses);
  await stage.startServer({ environment: { DATABASE_URL: url } });
  await stage.startLoad();
  await cluster.primary.crash();
  await stage.calm(1.5, 5);
  await cluster.promote();
  await stage.connectAgain();
  await stage.watchRecovery();
  await stage.stopLoad();
}

export default [
  {
    name: "promote",
    title: "kill -9 of the primary, and pg_promote of its synchronous standby",
    refuses: true,
    prepare: copyCluster,
    openCluster: Pair.open,
    run: promote,
  },
];
