import { arrange, h, icon } from "./dom.js";
import { openPost } from "./post.js";
import { openReel } from "./reel.js";

const TABS = [
  {
    name: "posts", label: "Posts", icon: "grid", empty: ["No posts yet", "Posts for the feed will appear here."],
    has: (post) => post.kind !== "story" && (post.kind !== "reel" || post.details.shares_to_feed),
  },
  {
    name: "reels", label: "Reels", icon: "reel", empty: ["No reels yet", "Reels will appear here."],
    has: (post) => post.kind === "reel",
  },
];

/** What stays on a profile: its posts, and on a page of their own its reels. */
export class Grid {
  constructor(screen, clock) {
    Object.assign(this, { screen, clock });
    this.tiles = new Map();
    this.tab = TABS[0];
    this.tabs = h("div", { class: "grid-tabs", role: "group", "aria-label": "What the profile shows" });
    this.node = h("div", { class: "grid" });
  }

  /** Draw an account's posts; those whose ids are in `fresh` have just come. */
  draw(account, fresh) {
    this.account = account;
    this.drawTabs(fresh);
    const posts = account.posts.filter(this.tab.has);
    this.node.dataset.tab = this.tab.name;
    if (posts.length === 0) {
      const [title, sentence] = this.tab.empty;
      arrange(this.node, [h("div", { class: "nothing" }, icon(this.tab.icon), h("strong", {}, title), h("span", {}, sentence))]);
      return;
    }
    arrange(this.node, posts.map((post) => this.tile(account, post, fresh.has(post.id))));
  }

  drawTabs(fresh) {
    const focused = this.tabs.contains(document.activeElement);
    this.tabs.replaceChildren(...TABS.map((tab) => {
      const isNew = tab !== this.tab && this.account.posts.some((post) => tab.has(post) && !this.tab.has(post) && fresh.has(post.id));
      return h("button", {
        type: "button", "aria-label": tab.label, "aria-pressed": String(tab === this.tab), "data-tab": tab.name,
        on: { click: () => this.choose(tab) },
      }, icon(tab.icon), isNew && h("span", { class: "dot" }));
    }));
    if (focused) this.tabs.querySelector("[aria-pressed=true]").focus();
  }

  choose(tab) {
    this.tab = tab;
    this.draw(this.account, new Set());
  }

  tile(account, post, isFresh) {
    const known = this.tiles.get(post.id);
    if (known) return known;
    const open = post.kind === "reel" ? openReel : openPost;
    const mark = { reel: "reel", carousel: "album" }[post.kind];
    const tile = h("button", {
      class: `tile${isFresh ? " arrived" : ""}`, type: "button", "data-post": post.id, "data-kind": post.kind,
      "aria-label": `${post.kind === "reel" ? "Reel" : "Post"}: ${post.caption?.slice(0, 80) || "no caption"}`,
      on: { click: () => open(this.screen, account, post, this.clock) },
    }, thumbnail(post), mark && h("span", { class: "tile-mark" }, icon(mark)));
    this.tiles.set(post.id, tile);
    return tile;
  }
}

function thumbnail(post) {
  const isFilm = post.media_type === "VIDEO" || post.children[0]?.media_type === "VIDEO";
  const still = isFilm ? post.thumbnail_url : post.media_url;
  if (still) return h("img", { src: still, alt: "", loading: "lazy" });
  const video = h("video", { src: `${post.media_url}#t=0.5`, preload: "metadata", playsinline: true, tabindex: "-1" });
  video.muted = true;
  return video;
}
