import * as api from "./api.js";
import { h } from "./dom.js";
import { dayName, secondTime } from "./format.js";
import { toast } from "./notices.js";

const SPEEDS = [1, 10, 60];
const JUMPS = [["+1 hour", 3600], ["+1 day", 86400]];

/** The sandbox's clock: counts on by itself between looks at the real one, and can be moved. */
export class Clock {
  constructor({ onMoved }) {
    this.onMoved = onMoved;
    this.base = Date.now();
    this.readAt = performance.now();
    this.speed = 1;
    this.listeners = [];
    this.header = document.getElementById("now");
    this.face = h("time", { class: "clock-face" });
    this.board = document.getElementById("clock");
    this.drawBoard();
    setInterval(() => this.tick(), 1000);
  }

  now() {
    return new Date(this.base + (performance.now() - this.readAt) * this.speed);
  }

  onTick(listener) {
    this.listeners.push(listener);
    listener();
  }

  async read() {
    this.set(await api.clock());
  }

  set({ now, speed }) {
    this.base = Date.parse(now);
    this.readAt = performance.now();
    this.speed = speed;
    this.drawBoard();
    this.tick();
  }

  async move(change) {
    try {
      this.set(await api.moveClock(change));
      this.onMoved();
    } catch (error) {
      toast(error.message, "bad");
    }
  }

  tick() {
    const now = this.now();
    this.header.textContent = secondTime(now);
    this.header.dateTime = now.toISOString();
    this.face.textContent = `${dayName(now)}, ${secondTime(now)}`;
    for (const listener of this.listeners) listener();
  }

  drawBoard() {
    const jump = ([label, seconds]) => h("button", { type: "button", class: "chip", on: { click: () => this.move({ advance_seconds: seconds }) } }, label);
    const speed = (factor) => h("button", {
      type: "button", class: "chip", "aria-pressed": String(Math.abs(this.speed - factor) < 0.01), on: { click: () => this.move({ speed: factor }) },
    }, `${factor}×`);
    this.board.replaceChildren(
      h("div", {}, h("h3", {}, "The outside world's clock"), this.face),
      h("div", { class: "chips" }, JUMPS.map(jump), SPEEDS.map(speed)),
      h("p", {}, "Stories here vanish after a day and quotas refill. Storyline's own clock stays as it is."));
  }
}
