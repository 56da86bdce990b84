import * as api from "./api.js";
import { avatar, fill, h, icon } from "./dom.js";
import { clockTime, plural } from "./format.js";
import { Grid } from "./grid.js";
import { toast } from "./notices.js";
import { gathered } from "./refresh.js";
import { StoryViewer } from "./viewer.js";

const LOGINS = { facebook: "Facebook Login", instagram: "Instagram Login" };

/** The phone that shows what followers would see: a profile, its stories, its feed. */
export class Phone {
  constructor(clock) {
    this.clock = clock;
    this.accounts = [];
    this.shown = null;
    this.known = null;
    this.fresh = new Set();
    this.seen = new Set();
    this.screen = document.getElementById("screen");
    this.statusBar = h("div", { class: "status-bar", "aria-hidden": "true" }, h("span"), h("i"), h("b"));
    this.bar = h("header", { class: "app-bar" });
    this.profile = h("div", { class: "profile" });
    this.grid = new Grid(this.screen, clock);
    this.home = h("div", { class: "home", tabindex: "-1" }, this.profile, this.grid.tabs, this.grid.node);
    this.screen.append(this.statusBar, this.bar, this.home);
    this.viewer = new StoryViewer({ screen: this.screen, clock, onSeen: (id) => this.markSeen(id), onClosed: () => this.draw() });
    this.refresh = gathered(() => this.load(), { onError: (error) => toast(error.message, "bad"), waitMs: 120 });
    clock.onTick(() => { this.statusBar.firstChild.textContent = clockTime(clock.now()); });
  }

  async load() {
    const { accounts } = await api.accounts();
    const ids = new Set(accounts.flatMap((account) => account.posts.map((post) => post.id)));
    this.fresh = this.known ? new Set([...ids].filter((id) => !this.known.has(id))) : new Set();
    this.known = ids;
    this.accounts = accounts;
    if (!this.account()) this.shown = accounts[0]?.id ?? null;
    this.draw();
    this.viewer.extend(this.account(), this.stories());
  }

  account() {
    return this.accounts.find((account) => account.id === this.shown);
  }

  /** The name of an account by its id, or nothing when it is not known. */
  nameOfAccount(id) {
    return this.accounts.find((account) => account.id === id)?.username;
  }

  /** The live stories of an account, oldest first, as a viewer plays them. */
  stories(account = this.account()) {
    if (!account) return [];
    const now = this.clock.now();
    const live = account.posts.filter((post) => post.kind === "story" && (!post.expires_at || new Date(post.expires_at) > now));
    return live.reverse();
  }

  draw() {
    const account = this.account();
    if (!account) {
      this.bar.replaceChildren();
      this.profile.replaceChildren(h("p", { class: "nothing" }, "No Instagram account is connected yet."));
      this.grid.clear();
      return;
    }
    this.drawBar(account);
    this.drawProfile(account);
    this.grid.draw(account, this.fresh);
  }

  drawBar(account) {
    const news = this.accounts.some((other) => other !== account && this.hasUnseen(other));
    this.bar.replaceChildren(h("button", {
      class: "switch", type: "button", "aria-label": `${account.username}. Switch account`, "aria-haspopup": "true",
      on: { click: () => this.openSwitch() },
    }, h("strong", {}, account.username), icon("down"), news ? h("span", { class: "dot", title: "New stories elsewhere" }) : null));
  }

  drawProfile(account) {
    const stories = this.stories(account);
    const posts = account.posts.filter((post) => post.kind !== "story");
    const state = stories.length === 0 ? "none" : this.hasUnseen(account) ? "new" : "seen";
    const arrived = stories.some((story) => this.fresh.has(story.id));
    const label = stories.length ? `Watch ${plural(stories.length, "story", "stories")} of ${account.username}` : "No stories now";
    const focused = this.profile.contains(document.activeElement);
    fill(this.profile,
      h("div", { class: "profile-top" },
        h("button", {
          class: `ring${arrived ? " arrived" : ""}`, type: "button", "data-state": state, "aria-label": label, disabled: stories.length === 0,
          on: { click: () => this.watch() },
        }, avatar(account.username, account.id, account.profile_picture_url)),
        count(posts.length, "posts"), count(stories.length, "stories"),
        count(`${account.quota_usage}/${account.quota_total}`, "quota", "Posts by the API in the last 24 hours, of those allowed")),
      h("p", { class: "bio" },
        h("strong", {}, account.name ?? account.username),
        h("span", {}, LOGINS[account.login] ?? account.login)),
      stories.length === 0 && h("p", { class: "hint" }, "As soon as a story goes out, a ring lights up around the picture. Tap it to watch."));
    if (focused) this.profile.querySelector(".ring").focus();
  }

  watch() {
    const stories = this.stories();
    const firstNew = stories.findIndex((story) => !this.seen.has(story.id));
    this.viewer.open(this.account(), stories, Math.max(firstNew, 0));
  }

  hasUnseen(account) {
    return this.stories(account).some((story) => !this.seen.has(story.id));
  }

  markSeen(id) {
    this.seen.add(id);
  }

  openSwitch() {
    const close = () => {
      sheet.remove();
      this.bar.querySelector("button")?.focus();
    };
    const choose = (id) => {
      this.shown = id;
      this.draw();
      close();
    };
    const sheet = h("div", {
      class: "sheet", role: "dialog", "aria-label": "Switch account",
      on: {
        click: (event) => { if (event.target === sheet) close(); },
        keydown: (event) => { if (event.key === "Escape") close(); },
      },
    }, h("div", { class: "sheet-body" }, this.accounts.map((account) => h("button", {
      type: "button", "aria-current": account.id === this.shown ? "true" : null, on: { click: () => choose(account.id) },
    }, avatar(account.username, account.id, account.profile_picture_url),
    h("span", {}, h("strong", {}, account.username), h("small", {}, LOGINS[account.login] ?? account.login)),
    this.hasUnseen(account) ? h("span", { class: "dot" }) : null,
    account.id === this.shown ? icon("check") : null))));
    this.screen.append(sheet);
    (sheet.querySelector("[aria-current]") ?? sheet.querySelector("button")).focus();
  }
}

function count(value, label, title) {
  return h("div", { class: "count", title }, h("strong", {}, String(value)), h("span", {}, label));
}
