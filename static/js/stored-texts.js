// Lists the texts that this browser keeps because they could not be saved. Signing out asks, and
// erases those of all accounts. The editor writes them (static/js/composer/stored_copy.js). The header
// Clear-Site-Data would erase the sign-ups that a stall keeps on the same tablet as well.
(() => {
  const place = document.getElementById("stored-texts");
  const ofAll = "composer:";
  const prefix = `${ofAll}${place.dataset.account}:`;
  const findNames = (start = prefix) => Object.keys(localStorage).filter((name) => name.startsWith(start));
  const list = document.getElementById("stored-list");

  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? {};
    } catch {
      return {};
    }
  };
  const firstWords = ({ text, content = [] }) => text?.slice(0, 60) ?? content.map(firstWords).find(Boolean);
  const isNew = (campaign) => campaign.startsWith("new-");
  const row = (name) => {
    const [campaign, language] = name.slice(prefix.length).split(":")[0].split(".");
    const { content = {}, at } = read(name);
    const link = document.createElement("a");
    link.href = isNew(campaign) ? list.dataset.new : list.dataset.edit.replace("/0/", `/${campaign}/`) + (language ? `?language=${language}` : "");
    link.textContent = content.subject || firstWords(content.document ?? {}) || list.dataset.untitled;
    if (!isNew(campaign)) link.addEventListener("click", (event) => open(event, name));
    const item = document.createElement("li");
    item.append(link, ` (${new Date(at).toLocaleString(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "long", timeStyle: "short" })}) `, button(list.dataset.discard, () => discard(item, name)));
    return item;
  };
  const button = (words, press) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "button button-small", textContent: words });
    made.addEventListener("click", press);
    return made;
  };
  // The words come back as long as the page is there.
  const discard = (item, name) => {
    const stored = localStorage.getItem(name);
    localStorage.removeItem(name);
    const undo = button(list.dataset.undo, () => {
      localStorage.setItem(name, stored);
      const again = row(name);
      item.replaceWith(again);
      again.querySelector("button").focus();
    });
    item.replaceChildren(`${list.dataset.discarded} `, undo);
    undo.focus();
  };
  // The words of a draft that is gone wait as a new one.
  const open = async (event, name) => {
    event.preventDefault();
    const page = event.target.href;
    const answer = await fetch(page, { method: "HEAD" }).catch(() => null);
    const isGone = answer?.status === 404 || (answer?.redirected && answer.url.includes("/campaigns/"));
    if (isGone) {
      localStorage.setItem(`${prefix}new-${name.slice(prefix.length)}`, localStorage.getItem(name));
      localStorage.removeItem(name);
    }
    location.assign(isGone ? list.dataset.new : page);
  };

  if (list && findNames().length) {
    list.replaceChildren(...findNames().map(row));
    list.closest("section").hidden = false;
  }
  // The texts stay if the server didn't end the session.
  const signOut = async (form) => {
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      if (!answer.ok) throw new Error(answer.status);
      findNames(ofAll).forEach((name) => localStorage.removeItem(name));
      location.assign(answer.url);
    } catch {
      form.submit();
    }
  };
  document.getElementById("sign-out").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!findNames().length || confirm(place.dataset.question)) signOut(event.target);
  });
})();
