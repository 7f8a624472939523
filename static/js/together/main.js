// Work of several people on one draft: comments, and the sentence about the others.
import { comments } from "./comments.js";
import { presence } from "./presence.js";

// `tools` are the view and what the page knows: the draft, its words, and how to announce.
export function start(tools) {
  const panel = comments(tools);
  const list = document.getElementById("comments-list");
  list.addEventListener("focusin", () => offer(list, tools), { once: true });
  presence(tools, panel.note);
  return { comment: panel.comment, refresh: panel.refresh };
}

// The names of colleagues: a script of its own, loaded when somebody goes to a comment.
async function offer(list, { draft, announce }) {
  const script = await import(draft.urls.names).catch(() => null);
  script?.offerNames(list, announce);
}
