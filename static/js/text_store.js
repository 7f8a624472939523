// The texts that this browser keeps because they could not be saved. A name is that of an account and of a
// text: "7:12", "7:12.en" in another language, "7:new-…" without a number yet, "7:12:…" of an earlier page.
import { openStore } from "./browser_store.js";

const run = openStore("composer", "texts", { keyPath: "name" });

// If the storage is full or closed, the page still warns before it is left.
export const listTexts = () => run("readonly", (texts) => texts.getAll()).catch(() => []);
export const changeTexts = (act) => run("readwrite", act).catch(() => {});

// The page may be left at once: nothing more is asked of it.
export const changeAtOnce = (act) => changeTexts((texts) => {
  act(texts);
  texts.transaction.commit();
});
