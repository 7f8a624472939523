// Tells every 20 seconds that this page is open, and says who else is there: once for each change.
// A hidden page says nothing.

const EVERY = 20_000;

export function presence({ view, draft, postForm, hasTyped }, note) {
  const place = document.getElementById("presence");
  let timer = 0;
  let isTyped = hasTyped;
  view.dom.closest("form").addEventListener("input", () => { isTyped = true; });
  view.dom.addEventListener("keydown", () => { isTyped = true; });

  async function tell() {
    clearTimeout(timer);
    if (document.hidden) return;
    timer = setTimeout(tell, EVERY);
    const fields = new FormData();
    if (isTyped) fields.set("typed", "yes");
    isTyped = false;
    try {
      const answer = await postForm(draft.urls.presence, fields);
      if (!answer.ok) return;
      const { words, comments } = await answer.json();
      if (place.textContent !== words) place.textContent = words;
      note(comments);
    } catch {
      // The network is away: the next turn tries again.
    }
  }

  document.addEventListener("visibilitychange", tell);
  tell();
}
