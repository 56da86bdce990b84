import { h, icon } from "./dom.js";
import { nameOf, summary } from "./message.js";

/**
 * The field to write in, and what goes along. `onSend(text, replyToId)` and
 * `onShare(files, { caption, asFiles, replyTo })` resolve to true when it was sent.
 */
export class Composer {
  constructor({ onSend, onShare }) {
    this.onSend = onSend;
    this.onShare = onShare;
    this.files = [];
    this.asFiles = false;
    this.picker = document.getElementById("composer-files");
    this.attached = document.getElementById("attached");
    this.picker.addEventListener("change", () => this.attach([...this.picker.files]));
    document.getElementById("attach").addEventListener("click", () => this.picker.click());
    this.target = null;
    this.form = document.getElementById("composer");
    this.field = document.getElementById("composer-text");
    this.strip = document.getElementById("replying");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("input", () => this.fit());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
      if (event.key === "Escape") this.replyTo(null);
    });
  }

  /** Say as whom one writes. */
  writeAs(name) {
    this.field.placeholder = `Message as ${name}`;
  }

  /** Make what is written next an answer to this message; null: to none. */
  replyTo(message) {
    this.target = message;
    this.strip.hidden = message === null;
    if (message === null) return;
    this.strip.replaceChildren(
      icon("reply"),
      h("span", {}, h("strong", {}, nameOf(message.from)), h("span", {}, summary(message))),
      h("button", { type: "button", "aria-label": "Do not reply", on: { click: () => this.replyTo(null) } }, icon("close")));
    this.field.focus();
  }

  /** Let these files go along with what is written next, which is their caption then. */
  attach(files) {
    this.files = files;
    this.picker.value = "";
    this.attached.hidden = files.length === 0;
    if (files.length === 0) return;
    const asFiles = h("input", { type: "checkbox", checked: this.asFiles, on: { change: () => { this.asFiles = asFiles.checked; } } });
    this.attached.replaceChildren(
      icon("album"),
      h("span", {}, files.length === 1 ? files[0].name : `${files.length} files`),
      h("label", {}, asFiles, "as files, not made smaller"),
      h("button", { type: "button", "aria-label": "Attach nothing", on: { click: () => this.attach([]) } }, icon("close")));
    this.field.focus();
  }

  sending(text) {
    const replyTo = this.target?.message_id;
    if (this.files.length === 0) return text ? this.onSend(text, replyTo) : false;
    return this.onShare(this.files, { caption: text, asFiles: this.asFiles, replyTo });
  }

  async send() {
    if (await this.sending(this.field.value.trim())) {
      this.attach([]);
      this.field.value = "";
      this.fit();
      this.replyTo(null);
    }
  }

  fit() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 160)}px`;
  }
}
