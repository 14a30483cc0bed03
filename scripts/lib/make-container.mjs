// Makes a container in Azurite as soon as it answers, with Azurite's default account.
// Usage: node make-container.mjs PORT CONTAINER
import { createHmac } from "node:crypto";
import { setTimeout } from "node:timers/promises";

const [port, container] = process.argv.slice(2);
const account = "devstoreaccount1";
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const url = `http://127.0.0.1:${port}/${account}/${container}?restype=container`;

function signed() {
  const headers = { "x-ms-date": new Date().toUTCString(), "x-ms-version": "2021-12-02" };
  const canonical = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`).join("");
  // The eleven standard headers that may be signed are all absent.
  const text = `PUT${"\n".repeat(12)}${canonical}/${account}/${account}/${container}\nrestype:container`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  return { ...headers, authorization: `SharedKey ${account}:${signature}` };
}

for (let tries = 1; ; tries++) {
  const answer = await fetch(url, { method: "PUT", headers: signed() }).catch((error) => ({ error }));
  if (answer.ok) break;
  if (answer.status || tries === 300) {
    console.error(`Azurite makes no container: ${answer.error?.cause ?? (await answer.text())}`);
    process.exit(1);
  }
  await setTimeout(100);
}
