// Sentences above the text that everybody sees. One stays until it is closed.
import { announce, byId, element, word } from "./page.js";

// The steps are what one can do about it: links and buttons.
export function notify(sentence, ...steps) {
  const close = element("button", { type: "button", class: "button button-small" }, word("close"));
  const below = element("p", { class: "cluster" }, ...steps, close);
  const notice = element("div", { class: "message" }, element("div", {}, element("p", {}, sentence), below));
  close.addEventListener("click", () => notice.remove());
  byId("paper").before(notice);
  announce(sentence);
  return notice;
}
