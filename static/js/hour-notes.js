// Says beside the fields of an hour what a campaign meets then, before anybody chooses it.
(() => {
  const PAUSE = 300;
  if (document.documentElement.dataset.hourNotes) return; // two forms of a page load this twice
  document.documentElement.dataset.hourNotes = "on";
  let asked = 0;

  async function ask(fields) {
    const number = ++asked;
    const { elements } = fields.querySelector("[name=day]").form; // it may stand elsewhere
    const [day, hour] = ["day", "hour"].map((name) => elements[name].value);
    const notes = fields.querySelector(".hour-notes");
    const which = elements.which?.value ?? "";
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (number !== asked) return;
    if (!day || !hour) return notes.replaceChildren();
    const url = `${fields.dataset.notes}?${new URLSearchParams({ day, hour, which })}`;
    const answer = await fetch(url, { redirect: "error" }).catch(() => null);
    if (number !== asked || !answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    notes.replaceChildren(...page.body.childNodes);
  }

  document.addEventListener("input", ({ target }) => {
    const fields = target.closest(".hour-fields");
    if (fields) ask(fields);
  });
})();
