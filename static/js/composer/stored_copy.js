// The copies of unsaved words in this browser, each of one account and one text. A copy that an
// earlier page left gets a name of its own, which is erased when the server has its words. All of
// them are erased after seven days, and by signing out (js/stored-texts.js), which asks first.
import { changeAtOnce, changeTexts } from "./stored_texts.js";

const LONGEST = 7 * 24 * 60 * 60 * 1000;

export class StoredCopy {
  // A draft without a number yet has a random name, so that no two of them share a copy. `left` has the
  // copies that earlier pages left, oldest first.
  constructor(account, campaign, freshName) {
    this.name = `${account}:${campaign ?? `new-${freshName}`}`;
    this.left = takeLeft(this.name, campaign ? `${this.name}:` : `${account}:new-`);
  }

  keep(content, revision) {
    changeAtOnce((texts) => texts.put({ name: this.name, content, revision, at: Date.now() }));
  }

  erase({ name } = this) {
    changeAtOnce((texts) => texts.delete(name));
  }

  // The first save of a new draft gives it its number. Words that were typed during the save move along.
  rename(account, campaign) {
    const former = this.name;
    this.name = `${account}:${campaign}`;
    if (former === this.name) return;
    changeTexts((texts) => {
      texts.get(former).onsuccess = ({ target }) => {
        if (target.result) texts.put({ ...target.result, name: this.name });
        texts.delete(former);
      };
    });
  }
}

async function takeLeft(own, start) {
  const left = [];
  await changeTexts((texts) => {
    texts.getAll().onsuccess = ({ target }) => {
      for (const stored of target.result) {
        const age = Date.now() - stored.at;
        const isOld = !(age >= 0 && age < LONGEST);
        if (isOld || stored.name === own) texts.delete(stored.name);
        if (isOld) continue;
        if (stored.name === own) texts.put(Object.assign(stored, { name: `${own}:${stored.at}` }));
        if (stored.name.startsWith(start)) left.push(stored);
      }
    };
  });
  return left.sort((one, other) => one.at - other.at);
}
