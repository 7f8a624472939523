// Work of several people on one draft: comments, and the sentence about the others.
import { comments } from "./comments.js";
import { offerNames } from "./names.js";
import { presence } from "./presence.js";

// `tools` are the view and what the page knows: the draft, its words, and how to announce.
export function start(tools) {
  const panel = comments(tools);
  offerNames(document.getElementById("comments-list"), tools.announce);
  presence(tools, panel.note);
  return { comment: panel.comment, refresh: panel.refresh };
}
