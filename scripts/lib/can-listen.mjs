// Exits with 0 if a server can listen there, otherwise says why not.
// Usage: node can-listen.mjs ADDRESS PORT
import { createServer } from "node:net";

const [address, port] = process.argv.slice(2);
const reasons = {
  EACCES: `only an administrator may listen on port ${port}`,
  EADDRINUSE: `port ${port} is taken by another program`,
};
const server = createServer();
server.once("error", ({ code, message }) => {
  console.log(reasons[code] ?? message);
  process.exitCode = 1;
});
server.listen(Number(port), address, () => server.close());
