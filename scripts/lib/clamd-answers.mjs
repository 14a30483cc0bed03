// Exits with 0 if a clamd answers there.
// Usage: node clamd-answers.mjs HOST:PORT|PATH
import { connect } from "node:net";

const address = process.argv[2];
const colon = address.lastIndexOf(":");
const target = address.startsWith("/")
  ? { path: address }
  : { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };

process.exitCode = 1;
const socket = connect({ ...target, timeout: 2000 }, () => socket.write("zPING\0"));
socket.on("timeout", () => socket.destroy());
socket.on("error", () => {});
socket.on("data", (answer) => {
  if (answer.toString().startsWith("PONG")) process.exitCode = 0;
  socket.destroy();
});
