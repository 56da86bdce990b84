/** The faults that are worth trying, in words, and what switches each of them on. How often is chosen beside them. */
export const PRESETS = [
  {
    title: "Instagram answers 500 although the post went out",
    sentence: "The classic cause of double posts. Storyline has to look before it tries again.",
    fault: { service: "graph", operation: "media_publish", effect: "refuse_after", status: 500 },
  },
  {
    title: "The answer is lost on the way",
    sentence: "Instagram publishes, then the connection breaks. Did it go out? Only a look tells.",
    fault: { service: "graph", operation: "media_publish", effect: "lose_answer" },
  },
  {
    title: "Instagram is down for a while",
    sentence: "Every call gets a 503. Posts wait and go out once it is back.",
    fault: { service: "graph", operation: "*", effect: "refuse", status: 503 },
  },
  {
    title: "The container gets stuck",
    sentence: "Instagram keeps saying “in progress”. Nothing may block the posts behind it.",
    fault: { service: "graph", effect: "behave", behaviour: "stuck_container" },
  },
  {
    title: "The container expires",
    sentence: "As if a day had passed before it was published. A new one has to be made.",
    fault: { service: "graph", effect: "behave", behaviour: "expire_container" },
  },
  {
    title: "Finished, but not ready",
    sentence: "The container is finished and yet refused with 9007. A moment later it would work.",
    fault: { service: "graph", effect: "behave", behaviour: "finished_but_not_ready" },
  },
  {
    title: "Blocked as spam although the post went out",
    sentence: "Error 4/2207051. Whoever posts again now posts twice.",
    fault: { service: "graph", effect: "behave", behaviour: "spam_after_effect" },
  },
  {
    title: "The allowance is used up",
    sentence: "Error 80002 and a header that says when to come back: in two minutes.",
    fault: {
      service: "graph", effect: "behave", behaviour: "usage", body: { call_count: 100, estimated_time_to_regain_access: 2 },
    },
  },
  {
    title: "Reads fail",
    sentence: "Looking up a post gets error 100/33, as in Meta's read outages.",
    fault: { service: "graph", effect: "behave", behaviour: "read_outage" },
  },
  {
    title: "The token expired",
    sentence: "Instagram wants a new login. Posts turn into cards, and the team is told once.",
    fault: {
      service: "graph", operation: "*", effect: "refuse", status: 400,
      body: {
        error: {
          message: "Error validating access token: Session has expired.", type: "OAuthException", code: 190, error_subcode: 463,
        },
      },
    },
  },
  {
    title: "Cloudinary refuses uploads",
    sentence: "The picture never reaches a public address.",
    fault: { service: "cloudinary", operation: "upload", effect: "refuse", status: 500 },
  },
  {
    title: "Telegram says 429",
    sentence: "Too many messages. The bot has to wait as long as it is told.",
    fault: {
      service: "telegram", operation: "send*", effect: "refuse", status: 429,
      body: {
        ok: false, error_code: 429, description: "Too Many Requests: retry after 5", parameters: { retry_after: 5 },
      },
    },
  },
];
