// The order of each picture's edits: one runs, and the newest wish follows it. Those in quick succession are answered by
// drafts, which are near the last whole answer, so one is asked for now and then; once they rest, a whole answer follows.

const SLOW = 250; // milliseconds after which it is said that something is being computed
const REST = 150; // milliseconds after an answer was painted in which another edit counts as quick
const DRAFTS = 5; // in a row

/**
 * @typedef {object} Work
 * @property {(key: string, pace: Pace, signal: AbortSignal) => Promise<void>} edit  as the picture is wished for now
 * @property {(key: string) => boolean} isPassing  whether a whole answer has to follow
 * @property {(computing: boolean) => void} tell
 * @property {(error: unknown, key: string) => void} report
 *
 * `quick`: others come before and after it; `draft`: what is near the last whole answer will do.
 * @typedef {{quick: boolean, draft: boolean}} Pace
 *
 * `quick`: one was answered just now; `drafts`: so many since the last whole answer; `rest`: the timer that ends that.
 * @typedef {{running: boolean, again: boolean, abort: AbortController, quick: boolean, drafts: number, rest: number}} Line
 */

/** @param {Work} work */
export function createEdits({ edit, isPassing, tell, report }) {
  /** @type {Map<string, Line>} by picture */
  const lines = new Map();

  /** The picture's hints or wishes have changed. @param {string} key */
  async function recolor(key) {
    const line = lines.get(key) ?? { running: false, again: false, abort: new AbortController(), quick: false, drafts: 0, rest: 0 };
    lines.set(key, line);
    line.again = true;
    if (line.running) return; // what runs is let finish, then the newest wishes follow: so a drag is seen moving
    line.running = true;
    while (line.again && !line.abort.signal.aborted) {
      line.again = false;
      await once(key, line);
    }
    line.running = false;
  }

  /** @param {string} key @param {Line} line */
  async function once(key, line) {
    const slow = setTimeout(tell, SLOW, true);
    const draft = line.quick && line.drafts < DRAFTS;
    try {
      await edit(key, { quick: line.quick, draft }, line.abort.signal);
      line.drafts = draft ? line.drafts + 1 : 0;
      keepQuick(key, line);
    } catch (error) {
      report(error, key); // and go on with what was wished for meanwhile
    } finally {
      clearTimeout(slow);
      tell(false);
    }
  }

  /** @param {string} key @param {Line} line that has been answered just now; painting the answer does not count as rest */
  function keepQuick(key, line) {
    line.quick = true;
    requestAnimationFrame(() => {
      clearTimeout(line.rest);
      line.rest = setTimeout(() => {
        line.quick = false;
        if (!line.running && isPassing(key)) recolor(key); // what runs is whole, or followed by this timer again
      }, REST);
    });
  }

  /** The picture is closed. @param {string} key */
  function stop(key) {
    const line = lines.get(key);
    line?.abort.abort();
    clearTimeout(line?.rest);
    lines.delete(key);
  }

  return { recolor, stop };
}
