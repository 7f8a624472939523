// Saves by itself. The revision that was read goes with each save; a newer one of somebody else is
// not overwritten. What can't be saved stays in this browser and is tried again.
const QUIET = 1200;
const LONGEST_WAIT = 10_000;
const KEEP_WITHIN = 500;
const RETRIES = [2, 4, 8, 15, 30, 60];

export class Saver {
  #timer = 0;
  #keepTimer = 0;
  #changedAt = 0;
  #failures = 0;
  #saving = null;
  #stopped = false;
  isUnsaved = false;

  // `send` returns {status, body}; status 0 means that the network failed.
  constructor({ read, send, copy, revision, tell, onSaved, onConflict }) {
    Object.assign(this, { read, send, copy, revision, tell, onSaved, onConflict });
    addEventListener("beforeunload", (event) => {
      this.#keep();
      if (this.isUnsaved) event.preventDefault();
    });
    addEventListener("pagehide", () => this.#keep());
    addEventListener("online", () => this.retry());
    addEventListener("focus", () => this.retry());
  }

  // The words are kept while they are typed: to type on doesn't put that off.
  change() {
    if (!this.isUnsaved) this.#changedAt = Date.now();
    this.isUnsaved = true;
    this.#keepTimer ||= setTimeout(() => this.#keep(), KEEP_WITHIN);
    if (this.#stopped || this.#failures) return;
    this.tell("unsaved");
    this.#wait(Date.now() - this.#changedAt > LONGEST_WAIT ? 0 : QUIET);
  }

  retry() {
    if (this.#failures) this.flush();
  }

  // Goes on after a conflict: with the revision whose text the writer has seen.
  resume(revision, isUnsaved) {
    Object.assign(this, { revision, isUnsaved });
    this.#stopped = false;
    if (isUnsaved) return this.flush();
    this.forget();
    this.tell("unchanged");
    return true;
  }

  // Returns whether everything is saved. Waits for a save that is under way.
  async flush() {
    while (this.#saving) await this.#saving;
    clearTimeout(this.#timer);
    if (this.isUnsaved && !this.#stopped) await (this.#saving = this.#save());
    return !this.isUnsaved && !this.#stopped;
  }

  async #save() {
    this.isUnsaved = false;
    this.tell("saving");
    const answer = await this.send(this.read(), this.revision);
    this.#saving = null;
    if (answer.status === 200) this.#saved(answer.body);
    else this.#failed(answer);
  }

  #saved(body) {
    this.#failures = 0;
    this.revision = body.revision;
    if (this.isUnsaved) this.#wait(QUIET);
    else this.forget();
    this.tell("saved", { at: body.saved_at });
    this.onSaved(body);
  }

  #failed({ status, body }) {
    this.isUnsaved = true;
    this.#keep();
    if (status === 412 || status === 409 || status === 404) {
      this.#stopped = true;
      this.onConflict(status, body);
    } else if (status === 413 || status === 422) this.tell("refused", { why: body.words });
    else {
      const seconds = RETRIES[Math.min(this.#failures, RETRIES.length - 1)];
      this.#failures += 1;
      this.tell(status === 401 ? "signed_out" : "offline", { seconds });
      this.#wait(seconds * 1000);
    }
  }

  // Words that a save has on its way are kept until it is done.
  #keep() {
    this.#keepTimer = clearTimeout(this.#keepTimer);
    if (this.isUnsaved || this.#saving) this.copy.keep(this.read(), this.revision);
  }

  // What is on the page is saved, or no longer wanted.
  forget() {
    this.isUnsaved = false;
    this.#keep();
    this.copy.erase();
  }

  #wait(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), milliseconds);
  }
}
