export { setTimeout as sleep } from "node:timers/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds of a clock that never goes back. */
export const now = () => performance.now();

/** Waits until `test` is true, and tries every `pause` milliseconds. */
export async function until(what, test, patience = 15_000, pause = 20) {
  const end = now() + patience;
  while (!(await test())) {
    if (now() > end) throw new Error(`waited ${patience / 1000} s in vain until ${what}`);
    await sleep(pause);
  }
}

/** The result of `work`, or an error after `patience`. The work itself continues. */
export async function within(what, patience, work) {
  const controller = new AbortController();
  const late = sleep(patience, undefined, { signal: controller.signal }).then(() => {
    throw new Error(`${what}: not done within ${patience / 1000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    controller.abort();
    late.catch(() => {});
  }
}
