import * as api from "./api.js";
import { arrange, avatar, fill, h, icon } from "./dom.js";
import { clockTime, plural } from "./format.js";
import { Grid } from "./grid.js";
import { toast } from "./notices.js";
import { gathered } from "./refresh.js";
import { Timeline } from "./timeline.js";
import { StoryViewer } from "./viewer.js";

const LOGINS = { facebook: "Facebook Login", instagram: "Instagram Login" };

/** The phone that shows what followers would see: of an Instagram account or a Facebook Page, stories and posts. */
export class Phone {
  constructor(clock) {
    this.clock = clock;
    this.accounts = [];
    this.shown = null;
    this.known = null;
    this.fresh = new Set();
    this.seen = new Set();
    this.unread = new Set();
    this.changesAt = null;
    this.screen = document.getElementById("screen");
    this.statusBar = h("div", { class: "status-bar", "aria-hidden": "true" }, h("span"), h("i"), h("b"));
    this.bar = h("header", { class: "app-bar" });
    this.profile = h("div", { class: "profile" });
    this.grid = new Grid(this.screen, clock);
    this.timeline = new Timeline(clock);
    this.home = h("div", { class: "home", tabindex: "-1" });
    this.screen.append(this.statusBar, this.bar, this.home);
    this.viewer = new StoryViewer({ screen: this.screen, clock, onSeen: (id) => this.markSeen(id), onClosed: () => this.draw() });
    this.refresh = gathered(() => this.load(), { onError: (error) => toast(error.message, "bad"), waitMs: 120 });
    clock.onTick(() => this.tick());
  }

  async load() {
    const [{ accounts: onInstagram }, { pages, changes_at: changesAt }] = await Promise.all([api.accounts(), api.pages()]);
    const accounts = [...onInstagram, ...pages.map(asAccount)];
    const ids = new Set(accounts.flatMap((account) => [...account.posts, ...(account.stories ?? [])].map((post) => post.id)));
    this.fresh = this.known ? new Set([...ids].filter((id) => !this.known.has(id))) : new Set();
    this.known = ids;
    this.accounts = accounts;
    this.changesAt = changesAt && new Date(changesAt);
    for (const account of accounts) if (account.posts.some((post) => this.fresh.has(post.id))) this.unread.add(account.id);
    if (!this.account()) this.shown = accounts[0]?.id ?? null;
    this.draw();
    this.viewer.extend(this.account(), this.stories());
  }

  /** Show the time, and what has gone live by itself: a scheduled post, a video that is ready. */
  tick() {
    const now = this.clock.now();
    this.statusBar.firstChild.textContent = clockTime(now);
    if (!this.changesAt || now < this.changesAt) return;
    this.changesAt = null;
    this.refresh();
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
    const stories = account.stories ?? account.posts.filter((post) => post.kind === "story");
    return stories.filter((story) => !story.expires_at || new Date(story.expires_at) > now).reverse();
  }

  draw() {
    const account = this.account();
    if (!account) {
      this.bar.replaceChildren();
      this.profile.replaceChildren(h("p", { class: "nothing" }, "No account is connected yet."));
      arrange(this.home, [this.profile]);
      return;
    }
    this.unread.delete(account.id);
    this.drawBar(account);
    if (account.isPage) {
      arrange(this.home, [this.timeline.node]);
      this.keepingFocus(() => this.timeline.draw(account, this.ring(account), this.fresh));
    } else {
      arrange(this.home, [this.profile, this.grid.tabs, this.grid.node]);
      this.keepingFocus(() => this.drawProfile(account));
      this.grid.draw(account, this.fresh);
    }
  }

  /** Draw what holds the ring; if the ring had the focus, its successor gets it. */
  keepingFocus(draw) {
    const focused = document.activeElement?.closest(".ring");
    draw();
    if (focused) this.home.querySelector(".ring")?.focus();
  }

  drawBar(account) {
    const news = this.accounts.some((other) => other !== account && this.hasNews(other));
    this.bar.replaceChildren(h("button", {
      class: "switch", type: "button", "aria-label": `${account.username}. Switch account`, "aria-haspopup": "true",
      on: { click: () => this.openSwitch() },
    }, h("strong", {}, account.username), icon("down"), news ? h("span", { class: "dot", title: "News elsewhere" }) : null));
  }

  /** The picture of an account, with a ring around it when there are stories to watch. */
  ring(account) {
    const stories = this.stories(account);
    const state = stories.length === 0 ? "none" : this.hasUnseen(account) ? "new" : "seen";
    const arrived = stories.some((story) => this.fresh.has(story.id));
    const label = stories.length ? `Watch ${plural(stories.length, "story", "stories")} of ${account.username}` : "No stories now";
    return h("button", {
      class: `ring${arrived ? " arrived" : ""}`, type: "button", "data-state": state, "aria-label": label, disabled: stories.length === 0,
      on: { click: () => this.watch() },
    }, avatar(account.username, account.id, account.profile_picture_url));
  }

  drawProfile(account) {
    const stories = this.stories(account);
    const posts = account.posts.filter((post) => post.kind !== "story");
    fill(this.profile,
      h("div", { class: "profile-top" },
        this.ring(account),
        count(posts.length, "posts"), count(stories.length, "stories"),
        count(`${account.quota_usage}/${account.quota_total}`, "quota", "Posts by the API in the last 24 hours, of those allowed")),
      h("p", { class: "bio" },
        h("strong", {}, account.name ?? account.username),
        h("span", {}, LOGINS[account.login] ?? account.login)),
      stories.length === 0 && h("p", { class: "hint" }, "As soon as a story goes out, a ring lights up around the picture. Tap it to watch."));
  }

  watch() {
    const stories = this.stories();
    const firstNew = stories.findIndex((story) => !this.seen.has(story.id));
    this.viewer.open(this.account(), stories, Math.max(firstNew, 0));
  }

  hasUnseen(account) {
    return this.stories(account).some((story) => !this.seen.has(story.id));
  }

  hasNews(account) {
    return this.unread.has(account.id) || this.hasUnseen(account);
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
    const choice = (account) => h("button", {
      type: "button", "aria-current": account.id === this.shown ? "true" : null, on: { click: () => choose(account.id) },
    }, avatar(account.username, account.id, account.profile_picture_url),
    h("span", {}, h("strong", {}, account.username), h("small", {}, account.isPage ? "Facebook Page" : LOGINS[account.login] ?? account.login)),
    this.hasNews(account) ? h("span", { class: "dot" }) : null,
    account.id === this.shown ? icon("check") : null);
    const group = (title, accounts) => accounts.length > 0 && [h("h3", {}, title), accounts.map(choice)].flat();
    const sheet = h("div", {
      class: "sheet", role: "dialog", "aria-label": "Switch account",
      on: {
        click: (event) => { if (event.target === sheet) close(); },
        keydown: (event) => { if (event.key === "Escape") close(); },
      },
    }, h("div", { class: "sheet-body" },
      group("Instagram", this.accounts.filter((account) => !account.isPage)),
      group("Facebook", this.accounts.filter((account) => account.isPage))));
    this.screen.append(sheet);
    (sheet.querySelector("[aria-current]") ?? sheet.querySelector("button")).focus();
  }
}

/** A Page with what else the phone wants to know of an account. */
function asAccount(page) {
  const stories = page.stories.map((story) => ({ ...story, details: { user_tags: [] } }));
  return { ...page, isPage: true, username: page.name, stories };
}

function count(value, label, title) {
  return h("div", { class: "count", title }, h("strong", {}, String(value)), h("span", {}, label));
}
