import { avatar, fill, h, icon } from "./dom.js";
import { ago } from "./format.js";

const PICTURE_MS = 5000;

/** Plays stories over the whole screen of the phone. Space pauses, arrows step, Escape closes. */
export class StoryViewer {
  constructor({ screen, clock, onSeen, onClosed }) {
    Object.assign(this, { screen, clock, onSeen, onClosed });
    this.layer = null;
    this.muted = true;
  }

  open(account, stories, start) {
    this.account = account;
    this.stories = stories;
    this.paused = false;
    this.bars = h("div", { class: "bars" });
    this.stage = h("div", { class: "stage" });
    this.head = h("div", { class: "story-head" });
    const side = (name, label, step) => h("button", { class: `side-${name}`, type: "button", "aria-label": label, on: { click: step } });
    this.layer = h("div", { class: "viewer", role: "dialog", "aria-label": `Stories of ${account.username}`, on: { keydown: (event) => this.key(event) } },
      this.stage,
      side("left", "Previous story", () => this.step(-1)),
      side("right", "Next story", () => this.step(1)),
      this.bars, this.head);
    this.screen.append(this.layer);
    this.drawBars();
    this.show(start);
    this.layer.querySelector(".side-right").focus({ preventScroll: true });
  }

  /** Add stories of this account that came in while one is watching. */
  extend(account, stories) {
    if (!this.layer || account?.id !== this.account.id) return;
    const known = new Set(this.stories.map((story) => story.id));
    const fresh = stories.filter((story) => !known.has(story.id));
    if (fresh.length === 0) return;
    this.stories.push(...fresh);
    this.drawBars();
  }

  show(index) {
    this.index = index;
    const story = this.stories[index];
    this.onSeen(story.id);
    this.startedAt = null;
    this.elapsed = 0;
    this.video = null;
    fill(this.stage, story.media_type === "VIDEO" ? this.film(story) : this.photo(story), mentions(story));
    this.drawHead(story);
    this.drawBars();
    const next = this.stories[index + 1];
    if (next && next.media_type !== "VIDEO") new Image().src = next.media_url;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame((now) => this.tick(now));
  }

  photo(story) {
    return h("img", { class: "story-media", src: story.media_url, alt: story.caption || "Story picture" });
  }

  film(story) {
    this.video = h("video", { class: "story-media", src: story.media_url, playsinline: true, on: { ended: () => this.step(1) } });
    this.video.muted = this.muted;
    this.video.autoplay = true;
    return this.video;
  }

  tick(now) {
    if (!this.layer) return;
    if (!this.paused) this.elapsed += now - (this.startedAt ?? now);
    this.startedAt = now;
    const share = this.video
      ? this.video.currentTime / (this.video.duration || Infinity)
      : this.elapsed / PICTURE_MS;
    this.bars.children[this.index].firstChild.style.setProperty("transform", `scaleX(${Math.min(share, 1)})`);
    if (!this.video && share >= 1) this.step(1);
    else this.frame = requestAnimationFrame((later) => this.tick(later));
  }

  step(by) {
    const next = this.index + by;
    if (next >= this.stories.length) this.close();
    else this.show(Math.max(next, 0));
  }

  pause(paused) {
    this.paused = paused;
    if (paused) this.video?.pause();
    else this.video?.play();
    this.drawHead(this.stories[this.index]);
  }

  mute(muted) {
    this.muted = muted;
    if (this.video) this.video.muted = muted;
    this.drawHead(this.stories[this.index]);
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.layer.remove();
    this.layer = null;
    this.onClosed();
    this.screen.querySelector(".ring")?.focus({ preventScroll: true });
  }

  key(event) {
    const actions = {
      Escape: () => this.close(),
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      " ": () => this.pause(!this.paused),
    };
    if (!(event.key in actions) || (event.key === " " && event.target.closest(".story-head"))) return;
    event.preventDefault();
    actions[event.key]();
  }

  drawBars() {
    this.bars.replaceChildren(...this.stories.map((_, index) => {
      const fill = h("i");
      fill.style.setProperty("transform", `scaleX(${index < this.index ? 1 : 0})`);
      return h("span", {}, fill);
    }));
  }

  drawHead(story) {
    const button = (name, label, act) => h("button", { type: "button", "aria-label": label, on: { click: act } }, icon(name));
    fill(this.head,
      avatar(this.account.username, this.account.id, this.account.profile_picture_url),
      h("strong", {}, this.account.username),
      h("time", { datetime: story.timestamp }, ago(new Date(story.timestamp), this.clock.now())),
      h("span", { class: "gap" }),
      this.paused ? button("play", "Play", () => this.pause(false)) : button("pause", "Pause", () => this.pause(true)),
      this.video ? (this.muted ? button("muted", "Sound on", () => this.mute(false)) : button("sound", "Sound off", () => this.mute(true))) : null,
      button("close", "Close the stories", () => this.close()));
  }
}

/** Who is tagged in a story. How the app shows it is not known; here it is a line of names. */
function mentions(story) {
  const names = story.details.user_tags.map((tag) => `@${tag.username}`);
  return names.length > 0 && h("p", { class: "story-tags" }, names.join(" "));
}
