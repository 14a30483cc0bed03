// Connections without a well-behaved client behind them.
import { connect } from "node:net";
import { once } from "node:events";

/** A connection to the server, as soon as it is possible. `received` is its input. */
export async function open(port) {
  const socket = connect({ host: "127.0.0.1", port, noDelay: true });
  socket.on("error", () => {});
  socket.received = "";
  socket.on("data", (data) => (socket.received += data));
  await Promise.race([once(socket, "connect"), once(socket, "close")]);
  return socket;
}

export function head(method, path, headers) {
  const lines = Object.entries({ host: "127.0.0.1", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** Head and body of a request that carries JSON. */
export function requestText(method, path, body, headers) {
  const text = JSON.stringify(body);
  const content = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  return [head(method, path, { ...headers, ...content }), text];
}
