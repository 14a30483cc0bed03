// All drills, in the order in which they run.
import database from "./drills/database.mjs";
import server from "./drills/server.mjs";

export const DRILLS = [...server, ...database];
