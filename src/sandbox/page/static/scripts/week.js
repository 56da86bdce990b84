import * as api from "./api.js";

/** The plan of the product under trial, in a frame above the page; the product itself serves it. */
export class Week {
  constructor() {
    this.button = document.getElementById("week-open");
    this.dialog = document.getElementById("week");
    this.frame = document.getElementById("week-frame");
    this.link = document.getElementById("week-link");
    this.button.addEventListener("click", () => this.open());
    this.dialog.addEventListener("close", () => this.frame.removeAttribute("src"));
  }

  async look() {
    const { url } = await api.week();
    this.button.hidden = !url;
    if (url) this.link.href = url;
    else this.dialog.close();
  }

  open() {
    // Asked for anew each time: the plan may have changed.
    this.frame.src = this.link.href;
    this.dialog.showModal();
  }
}
