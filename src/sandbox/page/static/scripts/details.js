import { h } from "./dom.js";

const TRIALS = { MANUAL: "until somebody shares it", SS_PERFORMANCE: "until it does well" };

/** What went along with a post and its picture does not show, as a list; nothing when there is nothing. */
export function details(post) {
  const { location_id, location_name, audio_name, is_ai_generated, trial } = post.details;
  const rows = [
    ["Place", location_name ?? location_id],
    ["Tagged", names(post)],
    ["Collaborators", post.details.collaborators.map(at).join(", ")],
    ["Alt text", altTexts(post)],
    ["Sound", audio_name],
    ["Label", is_ai_generated && "Made with AI"],
    ["Trial reel", trial && (TRIALS[trial] ?? trial)],
  ].filter(([, words]) => words);
  if (rows.length === 0) return null;
  return h("dl", { class: "post-details" }, rows.flatMap(([term, words]) => [h("dt", {}, term), h("dd", {}, words)]));
}

/** Whose post it is: the account's, and its collaborators'. */
export function authors(account, post) {
  const { collaborators } = post.details;
  if (collaborators.length === 0) return account.username;
  return `${account.username} and ${collaborators.length === 1 ? collaborators[0] : `${collaborators.length} others`}`;
}

function names(post) {
  const tags = [post, ...post.children].flatMap((piece) => piece.details.user_tags);
  return [...new Set(tags.map((tag) => at(tag.username)))].join(", ");
}

function altTexts(post) {
  if (post.children.length === 0) return post.details.alt_text;
  return post.children
    .map((child, place) => child.details.alt_text && `${place + 1}. ${child.details.alt_text}`)
    .filter(Boolean)
    .join(" ");
}

const at = (username) => `@${username}`;
