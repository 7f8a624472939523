// The copies of unsaved words in this browser, each of one account and one text. One that an earlier
// page left is erased when the server has its words; all are after seven days, and by signing out
// (js/stored-texts.js), which asks first.
import { changeAtOnce, changeTexts } from "../text_store.js";

const LONGEST = 7 * 24 * 60 * 60 * 1000;

export class StoredCopy {
  // A draft without a number yet has a random name. `left`: the copies of earlier pages, oldest first.
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
    changeTexts((texts) => {
      texts.get(former).onsuccess = ({ target }) => {
        texts.delete(former);
        if (target.result) texts.put({ ...target.result, name: this.name });
      };
    });
  }
}

async function takeLeft(own, start) {
  const left = [];
  await changeTexts((texts) => {
    texts.getAll().onsuccess = ({ target }) => {
      for (const stored of target.result) {
        if (stored.name === own) {
          texts.delete(own);
          texts.put(Object.assign(stored, { name: `${own}:${stored.at}` }));
        }
        const age = Date.now() - stored.at;
        if (!(age >= 0 && age < LONGEST)) texts.delete(stored.name);
        else if (stored.name.startsWith(start)) left.push(stored);
      }
    };
  });
  return left.sort((one, other) => one.at - other.at);
}
