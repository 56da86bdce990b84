import { h } from "./dom.js";

const SHOWN_MS = 3200;

/** Say something short at the edge of the page; `tone` is "plain" or "bad". */
export function toast(text, tone = "plain") {
  const note = h("div", { class: "toast", "data-tone": tone }, text);
  document.getElementById("toasts").append(note);
  setTimeout(() => {
    note.classList.add("leaving");
    setTimeout(() => note.remove(), 250);
  }, SHOWN_MS);
}

/** Say something that must be acknowledged, as Telegram does with `show_alert`. */
export function alertBox(text) {
  document.getElementById("alert-text").textContent = text;
  document.getElementById("alert").showModal();
}

/** Put a text into the clipboard and say so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied to the clipboard");
  } catch {
    // Without https, a browser on another machine has no clipboard for pages; the text can still be taken by hand.
    window.prompt("Copy this text", text);
  }
}
