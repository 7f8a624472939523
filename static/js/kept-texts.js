// Lists the texts that this browser keeps because they could not be saved, and asks before signing
// out erases them. The editor writes them (static/js/composer/kept.js).
(() => {
  const place = document.getElementById("kept-texts");
  const prefix = `composer:${place.dataset.account}:`;
  const findNames = () => Object.keys(localStorage).filter((name) => name.startsWith(prefix));
  const list = document.getElementById("kept-list");

  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem(name)) ?? {};
    } catch {
      return {};
    }
  };
  const row = (name) => {
    const campaign = name.slice(prefix.length).split(":")[0];
    const { content = {}, at } = read(name);
    const link = document.createElement("a");
    link.href = campaign.startsWith("new-") ? list.dataset.new : list.dataset.edit.replace("/0/", `/${campaign}/`);
    link.textContent = content.subject || list.dataset.untitled;
    const item = document.createElement("li");
    item.append(link, ` (${new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" })})`);
    return item;
  };

  if (list && findNames().length) {
    list.replaceChildren(...findNames().map(row));
    list.closest("section").hidden = false;
  }
  document.getElementById("sign-out").addEventListener("submit", (event) => {
    if (findNames().length && !confirm(place.dataset.question)) event.preventDefault();
  });
})();
