// What comes after the writing: the test and the request for approval. Each waits for the save.
import { byId } from "../page.js";

// Once the text has changed, a test is what comes next. `onStep` hears a press before the page is left.
export function nextSteps(form, saver, onStep) {
  const test = byId("to-test");
  const ask = byId("to-ask");
  form.addEventListener("submit", ({ submitter }) => { if (submitter?.value) onStep(); }, true);
  for (const link of document.querySelectorAll(".page-head a")) {
    link.addEventListener("click", async (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || !saver.isUnsaved) return;
      event.preventDefault();
      await saver.flush(); // the browser asks if this failed
      location.assign(link.href);
    });
  }
  return () => {
    test.classList.add("button-primary");
    ask?.classList.remove("button-primary");
  };
}
