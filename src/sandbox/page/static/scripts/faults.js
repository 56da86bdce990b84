import * as api from "./api.js";
import { h, icon } from "./dom.js";
import { plural } from "./format.js";
import { toast } from "./notices.js";
import { PRESETS } from "./presets.js";
import { gathered } from "./refresh.js";

const TIMES = [[1, "the next call"], [3, "three calls"], [null, "until I stop it"]];

/** The faults one can switch on, and those that are on. */
export class Faults {
  constructor() {
    this.active = [];
    this.times = 1;
    this.refresh = gathered(() => this.load(), { onError: showError, waitMs: 150 });
    this.activeList = h("ul", { class: "active-faults", "aria-label": "Faults that are on" });
    this.timesGroup = h("div", { class: "chips", role: "group", "aria-label": "How often" });
    document.getElementById("fault-board").append(
      this.activeList,
      h("div", { class: "times" }, h("span", {}, "It hits"), this.timesGroup),
      h("ul", { class: "presets" }, PRESETS.map((preset) => this.presetCard(preset))));
    this.drawTimes();
  }

  /** A call was made: it may have used a fault up. */
  onCall() {
    if (this.active.length > 0) this.refresh();
  }

  async load() {
    const { faults } = await api.faults();
    if (JSON.stringify(faults) === JSON.stringify(this.active)) return;
    this.active = faults;
    this.drawActive();
  }

  presetCard(preset) {
    return h("li", {}, h("button", { type: "button", class: "preset", on: { click: () => this.add(preset) } },
      h("strong", {}, preset.title), h("span", {}, preset.sentence)));
  }

  async add({ title, fault }) {
    try {
      await api.addFault({ ...fault, remaining: this.times });
      toast(`On: ${title}`);
    } catch (error) {
      showError(error);
    }
    this.refresh();
  }

  async remove(work) {
    try {
      await work();
    } catch (error) {
      showError(error);
    }
    this.refresh();
  }

  drawTimes() {
    this.timesGroup.replaceChildren(...TIMES.map(([times, label]) => h("button", {
      type: "button", class: "chip", "aria-pressed": String(this.times === times),
      on: { click: () => { this.times = times; this.drawTimes(); } },
    }, label)));
  }

  drawActive() {
    const rows = this.active.map((fault) => h("li", { "data-fault": fault.id },
      h("span", { class: "lamp", "aria-hidden": "true" }),
      h("span", {}, h("strong", {}, titleOf(fault)), h("small", {}, counts(fault))),
      h("button", { type: "button", "aria-label": `Stop: ${titleOf(fault)}`, on: { click: () => this.remove(() => api.removeFault(fault.id)) } }, icon("close"))));
    if (rows.length > 1) {
      rows.push(h("li", { class: "all" }, h("button", { type: "button", class: "chip", on: { click: () => this.remove(api.clearFaults) } }, "Stop all")));
    }
    this.activeList.replaceChildren(...rows);
    document.body.classList.toggle("misbehaving", rows.length > 0);
  }
}

function titleOf(fault) {
  const preset = PRESETS.find(({ fault: known }) => Object.entries(known).every(([key, value]) => JSON.stringify(fault[key]) === JSON.stringify(value)));
  return preset?.title ?? `${fault.service} ${fault.behaviour || fault.operation}: ${fault.effect.replaceAll("_", " ")}`;
}

function counts({ remaining, hits }) {
  const left = remaining === null ? "until you stop it" : `${plural(remaining, "call")} to go`;
  return hits ? `${left} · hit ${hits} so far` : left;
}

function showError(error) {
  toast(error.message, "bad");
}
