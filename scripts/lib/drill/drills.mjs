// All drills, in the order in which they run.
import clients from "./drills/clients.mjs";
import database from "./drills/database.mjs";
import server from "./drills/server.mjs";

export const DRILLS = [...server, ...database, ...clients];
