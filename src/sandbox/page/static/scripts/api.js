/** The sandbox's control interface. Each call returns the JSON answer or throws an Error with a sentence to show. */

async function call(method, path, body) {
  const response = await fetch(`sandbox/${path}`, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    // Not JSON: the sentence below has the status.
  }
  if (!response.ok) throw new Error(answer?.error ?? `The sandbox answered ${response.status} to ${path}.`);
  return answer;
}

const get = (path) => call("GET", path);
const post = (path, body) => call("POST", path, body);

export const chats = () => get("telegram/chats");
export const messages = (chatId, limit) => get(`telegram/chats/${chatId}/messages?limit=${limit}`);
export const say = (message) => post("telegram/say", message);
export const share = (message) => post("telegram/media", message);
export const press = (button) => post("telegram/press", button);
export const bots = () => get("telegram/bots");

export const accounts = () => get("graph/accounts");
export const pages = () => get("graph/pages");

export const calls = (after, limit) => get(`calls?after=${after}&limit=${limit}`);
export const faults = () => get("faults");
export const addFault = (fault) => post("faults", fault);
export const removeFault = (id) => call("DELETE", `faults/${id}`);
export const clearFaults = () => call("DELETE", "faults");

export const week = () => get("week");
export const clock = () => get("clock");
export const moveClock = (change) => post("clock", change);
