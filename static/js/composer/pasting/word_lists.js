// Word writes a list as paragraphs with a bullet of their own; "level2" says how deep each one is.
const LEVEL = /mso-list:\s*l\d+\s+level(\d)/i;
const BULLET = "[data-pasted*='mso-list:Ignore' i], [data-pasted*='mso-list: Ignore' i]";
const NUMBER = /^\(?(\d+|[A-Za-z]|[ivxlc]+)[.)]/;

export function listsOfWord(page) {
  let open = [];
  for (const each of [...page.querySelectorAll("p, h1, h2, h3")]) {
    const level = LEVEL.exec(each.getAttribute("data-pasted") ?? "")?.[1];
    if (!level) {
      open = [];
      continue;
    }
    if (open.length && each.previousElementSibling !== open[0]) open = [];
    const bullet = each.querySelector(BULLET)?.textContent.trim() ?? "";
    const list = listAt(page, open, Math.min(Number(level), 2), NUMBER.test(bullet) ? "ol" : "ul");
    if (!open[0].isConnected) each.before(open[0]);
    list.append(itemOf(page, each));
  }
}

// Our messages have lists in lists, and no deeper.
function listAt(page, open, level, tag) {
  open.length = Math.min(open.length, level);
  const isOther = open.at(-1) && open.at(-1).tagName !== tag.toUpperCase();
  if (isOther && (level === 1 || open.length === 2)) open.length -= 1;
  if (!open.length) open.push(page.createElement(tag));
  if (level === 2 && open.length === 1 && open[0].lastElementChild) {
    const inner = page.createElement(tag);
    open[0].lastElementChild.append(inner);
    open.push(inner);
  }
  return open.at(-1);
}

function itemOf(page, paragraph) {
  const item = page.createElement("li");
  item.append(...paragraph.childNodes);
  paragraph.remove();
  return item;
}
