const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8000;

/**
 * Follow the sandbox's news for as long as the page is open.
 *
 * `onNews(topic, data)` hears each change. `onState` hears "connecting", "live" or "lost". `onConnected` is called
 * at the start and after every gap: what happened meanwhile was missed, so that is the time to fetch all again.
 */
export function follow({ onNews, onState, onConnected }) {
  let pause = FIRST_PAUSE_MS;

  function connect() {
    const source = new EventSource("sandbox/events");
    source.onopen = () => {
      pause = FIRST_PAUSE_MS;
      onState("live");
      onConnected();
    };
    source.onmessage = (event) => {
      const { topic, data } = JSON.parse(event.data);
      onNews(topic, data);
    };
    source.onerror = () => {
      // The browser's own retry gives up for good on an HTTP error and is slow after a refusal: one rule for all.
      source.close();
      onState("lost");
      setTimeout(connect, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
    };
  }

  onState("connecting");
  connect();
}
