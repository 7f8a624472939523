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
  const row = (name) => {
    const campaign = name.slice(prefix.length).split(":")[0];
    const { content = {}, at } = read(name);
    const link = document.createElement("a");
    link.href = campaign.startsWith("new-") ? list.dataset.new : list.dataset.edit.replace("/0/", `/${campaign}/`);
    link.textContent = content.subject || list.dataset.untitled;
    const item = document.createElement("li");
    item.append(link, ` (${new Date(at).toLocaleString(document.documentElement.lang.replace(/^en$/, "en-GB"), { dateStyle: "long", timeStyle: "short" })})`);
    return item;
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
