import * as api from "./api.js";
import { h } from "./dom.js";
import { duration, secondTime } from "./format.js";
import { toast } from "./notices.js";

const SHOWN = 200;
const SERVICES = [["", "All"], ["telegram", "Telegram"], ["graph", "Meta"], ["cloudinary", "Cloudinary"]];
const NAMES = Object.fromEntries(SERVICES);
const POLLING = "getUpdates";

/** The list of calls, newest first. */
export class Calls {
  /** `nameOf(subject)` says in words whom a call is about. */
  constructor({ nameOf }) {
    this.nameOf = nameOf;
    this.list = document.getElementById("call-list");
    this.tools = document.getElementById("calls-tools");
    this.service = "";
    this.polling = false;
    this.paused = false;
    this.waiting = [];
    this.all = [];
    this.drawTools();
    this.drawList();
  }

  /** Fetch the latest calls: at the start, and after a gap in the news. */
  async catchUp() {
    try {
      const { calls } = await api.calls(0, SHOWN * 2);
      this.all = [];
      this.waiting = [];
      for (const call of calls) this.keep(call);
      this.drawList();
      this.drawTools();
    } catch (error) {
      toast(error.message, "bad");
    }
  }

  onCall(call) {
    if (this.paused) {
      this.waiting.push(call);
      this.drawTools();
      return;
    }
    this.keep(call);
    if (!this.isShown(call)) return;
    this.list.querySelector(".nothing")?.remove();
    const row = this.row(call);
    row.classList.add("arriving");
    this.list.prepend(row);
    while (this.list.children.length > SHOWN) this.list.lastChild.remove();
  }

  keep(call) {
    this.all.push(call);
    if (this.all.length > SHOWN * 10) this.all.splice(0, SHOWN);
  }

  isShown(call) {
    return (!this.service || call.service === this.service) && (this.polling || call.operation !== POLLING);
  }

  drawList() {
    const rows = this.all.filter((call) => this.isShown(call)).slice(-SHOWN).reverse().map((call) => this.row(call));
    this.list.replaceChildren(...rows);
    if (rows.length === 0) this.list.append(h("li", { class: "nothing" }, "Quiet so far. Calls appear here the moment they are made."));
  }

  drawTools() {
    const chip = (label, pressed, act) => h("button", { type: "button", class: "chip", "aria-pressed": String(pressed), on: { click: act } }, label);
    this.tools.replaceChildren(
      h("div", { class: "chips", role: "group", "aria-label": "Show calls to" }, SERVICES.map(([service, label]) => chip(label, this.service === service, () => this.filter(service)))),
      chip("Polling", this.polling, () => this.showPolling()),
      chip(this.paused ? `Resume${this.waiting.length ? ` (${this.waiting.length} new)` : ""}` : "Pause", this.paused, () => this.pause()));
  }

  filter(service) {
    this.service = service;
    this.drawTools();
    this.drawList();
  }

  showPolling() {
    this.polling = !this.polling;
    this.drawTools();
    this.drawList();
  }

  pause() {
    this.paused = !this.paused;
    for (const call of this.waiting.splice(0)) this.keep(call);
    this.drawTools();
    if (!this.paused) this.drawList();
  }

  row(call) {
    const summary = h("summary", {},
      h("time", { datetime: call.at }, secondTime(new Date(call.at))),
      h("span", { class: "service", "data-service": call.service }, NAMES[call.service] ?? call.service),
      h("span", { class: "operation" }, call.operation),
      h("span", { class: "about" }, this.nameOf(call.subject)),
      h("span", { class: "fault-mark" }, call.fault ? FAULT_WORDS[call.fault] ?? call.fault : ""),
      h("span", { class: "took" }, call.duration_ms === null ? "" : duration(call.duration_ms)),
      h("span", { class: "status", "data-kind": statusKind(call) }, call.status ?? "no answer"));
    const details = h("details", { "data-call": call.id, on: { toggle: () => this.fill(details, call) } }, summary);
    return h("li", {}, details);
  }

  fill(details, call) {
    if (!details.open || details.children.length > 1) return;
    details.append(h("div", { class: "wire" },
      h("p", {}, h("code", {}, `${call.method} ${call.path}`)),
      h("h3", {}, "Asked"), h("pre", { tabindex: "0" }, pretty(call.params)),
      h("h3", {}, "Answered"), h("pre", { tabindex: "0" }, call.answer === null || call.answer === undefined ? "Nothing was sent back." : pretty(call.answer))));
  }
}

const FAULT_WORDS = {
  refuse: "refused",
  refuse_after: "done, then refused",
  drop: "cut off",
  lose_answer: "done, answer lost",
  delay: "delayed",
  delay_answer: "answer delayed",
  behave: "misbehaved",
};

function statusKind({ status }) {
  if (status === null) return "lost";
  return status < 400 ? "good" : "bad";
}

function pretty(value) {
  const empty = value && typeof value === "object" && Object.keys(value).length === 0;
  return empty ? "No parameters." : typeof value === "string" ? value : JSON.stringify(value, null, 2);
}
