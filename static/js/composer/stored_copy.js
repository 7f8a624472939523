// The copies of unsaved words in this browser, each of one account and one text. A copy that an
// earlier page left gets a name of its own, which is erased when the server has its words. All of
// them are erased after seven days, and by signing out (js/stored-texts.js), which asks first.
const PREFIX = "composer:";
const LONGEST = 7 * 24 * 60 * 60 * 1000;

export class StoredCopy {
  // A draft without a number yet has a random name, so that no two of them share a copy.
  constructor(account, campaign, freshName) {
    this.account = account;
    this.name = `${PREFIX}${account}:${campaign ?? `new-${freshName}`}`;
    this.left = `${campaign ? `${this.name}:` : `${PREFIX}${account}:new-`}`;
    eraseOld();
    if (campaign) this.#setAside();
  }

  // The copies that earlier pages left, with their names, oldest first.
  listLeft() {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(this.left) && name !== this.name)
      .map((name) => ({ name, ...read(name) }))
      .filter(({ content }) => content)
      .sort((one, other) => one.at - other.at);
  }

  keep(content, revision) {
    try {
      localStorage.setItem(this.name, JSON.stringify({ content, revision, at: Date.now() }));
    } catch {
      // The storage is full or closed: the page still warns before it is left.
    }
  }

  erase() {
    localStorage.removeItem(this.name);
  }

  eraseLeft(stored) {
    localStorage.removeItem(stored.name);
  }

  // The first save of a new draft gives it its number.
  rename(account, campaign) {
    this.erase();
    this.name = `${PREFIX}${account}:${campaign}`;
  }

  #setAside() {
    const stored = localStorage.getItem(this.name);
    if (!stored) return;
    localStorage.setItem(`${this.name}:${read(this.name)?.at ?? Date.now()}`, stored);
    this.erase();
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function eraseOld() {
  for (const name of Object.keys(localStorage)) {
    if (!name.startsWith(PREFIX)) continue;
    const age = Date.now() - (read(name)?.at ?? 0);
    if (!(age >= 0 && age < LONGEST)) localStorage.removeItem(name);
  }
}
