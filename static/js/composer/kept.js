// The copy of unsaved words in this browser: of one account and one draft, erased when the server
// has the words, and after seven days. Signing out erases all of them (Clear-Site-Data).
const PREFIX = "composer:";
const LONGEST = 7 * 24 * 60 * 60 * 1000;

export class KeptCopy {
  constructor(account, campaign) {
    this.name = `${PREFIX}${account}:${campaign}`;
    eraseOld();
  }

  find() {
    return read(this.name);
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

  // The first save of a new draft gives it its number.
  rename(account, campaign) {
    this.erase();
    this.name = `${PREFIX}${account}:${campaign}`;
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
