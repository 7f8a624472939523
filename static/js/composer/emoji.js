// The picker of emoji: a short list, found by words of both languages, loaded when it opens first.
import { byId, draft, element } from "./page.js";
import { plain } from "./choices.js";

let entries = [];

async function load() {
  const answer = await fetch(draft.urls.emoji);
  const lines = answer.ok ? (await answer.text()).trim().split("\n") : [];
  entries = lines.map((line) => {
    const [sign, english, french] = line.split("|");
    return { sign, name: document.documentElement.lang === "fr" ? french : english, words: plain(`${english} ${french}`) };
  });
}

// Resolves with an emoji, or null if the dialog was closed. It opens at once, so that no key is lost.
export function chooseEmoji() {
  const dialog = byId("emoji-dialog");
  const search = byId("emoji-search");
  return new Promise((resolve) => {
    const take = (sign) => { dialog.close(); resolve(sign); };
    search.value = "";
    search.oninput = () => show(search.value, take);
    search.onkeydown = (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      byId("emoji-list").querySelector("button")?.click();
    };
    dialog.onclose = () => resolve(null);
    dialog.showModal();
    if (entries.length) show("", take);
    else load().then(() => show(search.value, take));
  });
}

// The buttons beside the subject and the first words.
export function offerEmoji() {
  for (const button of document.querySelectorAll("[data-emoji-for]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = byId(button.dataset.emojiFor);
      const sign = await chooseEmoji();
      field.focus();
      if (!sign) return;
      field.setRangeText(sign, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

function show(query, take) {
  const found = entries.filter(({ words }) => words.includes(plain(query.trim())));
  byId("emoji-none").hidden = found.length > 0;
  byId("emoji-list").replaceChildren(...found.map(({ sign, name }) => {
    const button = element("button", { type: "button", title: name, "aria-label": name }, sign);
    button.addEventListener("click", () => take(sign));
    return element("li", {}, button);
  }));
}
