// Patience with a server that is not there for a while: it was stopped, or the connection is cut.

/** @import {Store} from "./state.js" */
import { getHealth, Unreachable } from "./api.js";
import { hush, say } from "./changes.js";

const RETRY = 1000; // milliseconds between two knocks at a silent server

/** @param {Store} store @returns {<T>(job: () => Promise<T>) => Promise<T>} tries a job until the server answers */
export function createPatience(store) {
  /** @type {Promise<void>|null} one wait for all */
  let waiting = null;

  async function untilReachable() {
    store.change(say, "Huewise does not answer. Is it still running in the terminal? Your work is kept; waiting.", "error");
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, RETRY));
      const there = await getHealth().then(() => true, (error) => !(error instanceof Unreachable));
      if (there) break;
    }
    store.change(hush);
  }

  return async (job) => {
    for (;;) {
      try {
        return await job();
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
        waiting ??= untilReachable().finally(() => (waiting = null));
        await waiting;
      }
    }
  };
}
