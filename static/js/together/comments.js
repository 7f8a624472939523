// Comments at the blocks: the list that the server sends, the words that they quote, and a form.
import { TextSelection } from "../../vendor/prosemirror.js";
import { addMarks, showMarks } from "./marks.js";
import { blockOf, quoteAt, rangeOf } from "./quotes.js";

const LONGEST_QUOTE = 200;

export function comments({ view, draft, word, announce, postForm }) {
  const panel = document.getElementById("comments-panel");
  const title = document.getElementById("comments-title");
  const list = document.getElementById("comments-list");
  let stamp = null;
  let former = "";
  let isSending = false;

  addMarks(view, word, (id) => { panel.open = true; document.getElementById(id)?.focus(); });

  const open = () => [...list.querySelectorAll(".comments > [data-block]")].filter((each) => !each.closest("details.more"))
    .map((each) => ({ id: each.id, block: each.dataset.block, quote: each.querySelector("[data-quote]")?.dataset.quote ?? "" }));
  const state = () => open().map(({ block, quote }) => stateOf(blockOf(view.state.doc, block), quote)).join();

  // Fills the list anew. A form that somebody writes in stays as it is, unless it was sent.
  function fill(html, sent = null) {
    const others = typed().filter((each) => each.form !== sent);
    list.innerHTML = html;
    for (const each of others) document.getElementById(each.id)?.form.replaceWith(each.form);
    const count = list.querySelectorAll(":scope > .comments > li").length;
    title.textContent = count ? `${title.dataset.words} (${count})` : title.dataset.words;
    if (panel.hidden) panel.open = count > 0;
    panel.hidden = false;
    for (const each of list.querySelectorAll(".comments > [data-block] [data-quote]")) each.before(jumper(each));
    former = state();
    showMarks(view, open());
  }

  // A quoted text is a button that leads to its block.
  function jumper(quote) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.append(quote.textContent);
    button.addEventListener("click", () => jump(quote.closest("[data-block]").dataset.block, quote.dataset.quote));
    quote.hidden = true;
    return button;
  }

  function jump(id, quote) {
    const block = blockOf(view.state.doc, id);
    if (!block) return announce(word("no_block"));
    const range = rangeOf(block, quote) ?? { from: block.at + 1, to: block.at + 1 };
    const { doc, tr } = view.state;
    view.dispatch(tr.setSelection(TextSelection.between(doc.resolve(range.from), doc.resolve(range.to))).scrollIntoView());
    return view.focus();
  }

  async function load() {
    const answer = await fetch(draft.urls.comments, { headers: { Accept: "text/html" }, credentials: "same-origin", redirect: "manual" });
    if (answer.ok) fill(await answer.text());
  }

  function comment() {
    const about = quoteAt(view.state, LONGEST_QUOTE);
    const form = list.querySelector(".comment-form");
    if (!form) return;
    form.elements.block_id.value = about?.id ?? "";
    form.elements.quote.value = about?.quote ?? "";
    const words = form.querySelector("[data-about]");
    words.textContent = about?.quote ? word("on_words", { words: about.quote }) : word(about ? "on_block" : "on_whole");
    panel.open = true;
    form.elements.comment.focus({ preventScroll: true });
    form.scrollIntoView({ block: "nearest" });
    if (about) showMarks(view, [...open(), { block: about.id, quote: about.quote }]); // the words stay marked, and in sight
    view.dispatch(view.state.tr.scrollIntoView());
  }

  list.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const form = event.target;
    const fields = new FormData(form);
    fields.set("part", "list");
    const answer = await postForm(form.action, fields).catch(() => null);
    isSending = false;
    if (![200, 422].includes(answer?.status)) return say((await answer?.json().catch(() => null))?.words ?? word("comment_failed"));
    fill(await answer.text(), form);
    announce(list.querySelector("[role=status]").textContent.trim());
    return (list.querySelector("[aria-invalid]") ?? panel.firstElementChild).focus();
  });

  // The words that were not sent stay in their field.
  function say(sentence) {
    const made = document.createElement("p");
    Object.assign(made, { className: "small comment-said comment-trouble", textContent: sentence });
    list.querySelector("[role=status]").replaceChildren(made);
  }

  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") view.focus(); });
  addEventListener("beforeunload", (event) => { if (typed().length) event.preventDefault(); });

  const typed = () => [...list.querySelectorAll("textarea")].filter((each) => each.value.trim());
  const isBusy = () => typed().length || list.contains(document.activeElement);

  // Loads the list again if others changed it, but never under a hand that writes in it.
  function note(next) {
    if (next === stamp || isBusy()) return;
    stamp = next;
    load();
  }

  // The text was saved: a comment whose words are gone says so.
  function refresh() {
    if (state() !== former && !isBusy()) load();
  }

  return { comment, note, refresh };
}

const stateOf = (block, quote) => (block ? Boolean(!quote || rangeOf(block, quote)) : "deleted");
