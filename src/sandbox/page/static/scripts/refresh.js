/**
 * Wrap a fetch-and-draw function so that a burst of news leads to few calls: one at a time, and one more at the
 * end when something happened while it ran.
 */
export function gathered(work, { onError, waitMs = 40 }) {
  let running = false;
  let again = false;
  let timer = null;

  async function run() {
    timer = null;
    running = true;
    again = false;
    try {
      await work();
    } catch (error) {
      onError(error);
    } finally {
      running = false;
      if (again) ask();
    }
  }

  function ask() {
    if (running) again = true;
    else timer ??= setTimeout(run, waitMs);
  }

  return ask;
}
