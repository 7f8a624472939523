// Lists the texts that this browser keeps because they could not be saved. Signing out asks, and
// erases those of all accounts. The editor writes them (static/js/composer/stored_copy.js). The header
// Clear-Site-Data would erase the sign-ups that a stall keeps on the same tablet as well.
import { localTime } from "./local_times.js";
import { changeAtOnce, listTexts } from "./text_store.js";

const place = document.getElementById("stored-texts");
const prefix = `${place.dataset.account}:`;
const list = document.getElementById("stored-list");
const findTexts = async () => (await listTexts()).filter(({ name }) => name.startsWith(prefix));

const firstWords = ({ text, content = [] }) => text?.slice(0, 60) ?? content.map(firstWords).find(Boolean);
const isNew = (campaign) => campaign.startsWith("new-");

function row(stored) {
  const { name, content, at } = stored;
  const [campaign, language] = name.slice(prefix.length).split(":")[0].split(".");
  const link = document.createElement("a");
  link.href = isNew(campaign) ? list.dataset.new : list.dataset.edit.replace("/0/", `/${campaign}/`) + (language ? `?language=${language}` : "");
  link.textContent = content.subject || firstWords(content.document) || list.dataset.untitled;
  if (!isNew(campaign)) link.addEventListener("click", (event) => open(event, stored));
  const item = document.createElement("li");
  item.append(link, ` (${localTime(at, { dateStyle: "long", timeStyle: "short" })}) `, button(list.dataset.discard, () => discard(item, stored)));
  return item;
}

function button(words, press) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button button-small", textContent: words });
  made.addEventListener("click", press);
  return made;
}

// The words come back as long as the page is there.
function discard(item, stored) {
  changeAtOnce((texts) => texts.delete(stored.name));
  const undo = button(list.dataset.undo, () => {
    changeAtOnce((texts) => texts.put(stored));
    const again = row(stored);
    item.replaceWith(again);
    again.querySelector("button").focus();
  });
  item.replaceChildren(`${list.dataset.discarded} `, undo);
  undo.focus();
}

// The words of a draft that is gone wait as a new one.
async function open(event, stored) {
  event.preventDefault();
  const page = event.target.href;
  const answer = await fetch(page, { method: "HEAD" }).catch(() => null);
  const isGone = answer?.status === 404 || (answer?.redirected && answer.url.includes("/campaigns/"));
  if (isGone) {
    await changeAtOnce((texts) => {
      texts.put({ ...stored, name: `${prefix}new-${stored.name.slice(prefix.length)}` });
      texts.delete(stored.name);
    });
  }
  location.assign(isGone ? list.dataset.new : page);
}

async function showTexts() {
  const found = await findTexts();
  list.replaceChildren(...found.map(row));
  list.closest("section").hidden = !found.length;
}

// The texts stay if the server didn't end the session.
async function signOut(form) {
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(answer.status);
    await changeAtOnce((texts) => texts.clear());
    location.assign(answer.url);
  } catch {
    form.submit();
  }
}

if (list) showTexts();
document.getElementById("sign-out").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!(await findTexts()).length || confirm(place.dataset.question)) signOut(event.target);
});
