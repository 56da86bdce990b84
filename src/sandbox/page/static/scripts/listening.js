import * as api from "./api.js";

const QUIET_SECONDS = 5;
const LOOK_AGAIN_MS = 1000;

/** Says so when a bot has not polled for a while: what is pressed or written then waits, as it does for real. */
export class Listening {
  constructor() {
    this.sign = document.getElementById("unheard");
    this.timer = 0;
  }

  onCall({ operation }) {
    // A poll is over. Another follows at once, or the bot is gone.
    if (operation === "getUpdates") this.lookIn(QUIET_SECONDS * 1000);
  }

  async look() {
    let bots = [];
    try {
      ({ bots } = await api.bots());
    } catch {
      // The sandbox is not there: the sign beside this one says so.
    }
    const quiet = bots.filter((bot) => bot.unheard_seconds >= QUIET_SECONDS);
    this.sign.hidden = quiet.length === 0;
    this.sign.textContent = quiet.map((bot) => `${bot.first_name} is not polling`).join(", ");
    if (bots.some((bot) => bot.unheard_seconds > 0)) this.lookIn(LOOK_AGAIN_MS);
  }

  lookIn(milliseconds) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), milliseconds);
  }
}
