// Renews the figures of a campaign that is being sent, or the state of one that waits for its
// approval or its hour.
// Without this script the page still shows them, as they were when it was loaded.
(() => {
  const AT_MOST = 30000;
  const RESULT_EVERY = 5;
  const LEAVES_WITHIN = 10000;
  const stale = document.getElementById("progress-stale");
  const ended = document.getElementById("progress-ended");
  const words = document.getElementById("progress-words");
  let failures = 0;
  let turns = 0;
  let spoken = null;
  let left = -Infinity;

  const region = () => document.getElementById("progress");
  const pause = () => Number(region().dataset.every ?? 2000);
  const waits = region()?.dataset.waits;
  const isActive = () => region()?.dataset.active === "true" && region().dataset.waits === waits;

  // A screen reader hears every tenth and every stop, not every two seconds.
  function speak() {
    const { percent, stopped } = region().dataset;
    const heard = `${Math.floor(Number(percent) / 10)} ${stopped}`;
    if (heard !== spoken) {
      if (spoken !== null) words.textContent = region().dataset.words;
      spoken = heard;
    }
  }

  // Whoever reads the table, scrolls the chart or stands on a button is left there. Each of these
  // is the only one of its kind in the region; a stop or a first minute may bring more of them.
  function replace(old, fresh) {
    const kind = (each) => `${each.tagName} ${each.className}`;
    const reached = ".button, .stop-all, details, summary, [tabindex]";
    const before = new Map([...old.querySelectorAll(reached)].map((each) => [kind(each), each]));
    const focused = document.activeElement;
    const states = new Map(
      [...before].map(([name, each]) => [name, [each.open, each.scrollLeft, each.scrollTop]]),
    );
    old.replaceWith(fresh);
    for (const each of fresh.querySelectorAll(reached)) {
      if (!states.has(kind(each))) continue;
      [each.open, each.scrollLeft, each.scrollTop] = states.get(kind(each));
      if (before.get(kind(each)) === focused) each.focus({ preventScroll: true });
    }
  }

  // Whoever follows a link or presses a button gets there: a reload would stop the request. A
  // download begins in the same way, and then the page is still here afterwards.
  function reload() {
    const wait = left + LEAVES_WITHIN - performance.now();
    if (wait > 0) setTimeout(reload, wait);
    else location.reload();
  }

  function finish() {
    words.textContent = region().dataset.words;
    // The buttons above no longer fit. Reload if nobody is in the middle of something.
    if (document.activeElement === document.body) reload();
    else ended.hidden = false;
  }

  async function read(url) {
    const answer = await fetch(url, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  }

  async function renew() {
    const { status } = region().dataset;
    const fresh = (await read(region().dataset.url)).getElementById("progress");
    if (!fresh) throw new Error("no figures in the answer");
    replace(region(), document.adoptNode(fresh));
    turns += 1;
    if (turns % RESULT_EVERY === 0 || region().dataset.status !== status) await renewResult();
  }

  // What came of it costs more than the figures, so it is renewed less often.
  async function renewResult() {
    const result = document.getElementById("result");
    const fresh = result && (await read(location.pathname)).getElementById("result");
    if (fresh) replace(result, document.adoptNode(fresh));
  }

  async function turn() {
    if (!document.hidden) {
      try {
        await renew();
        failures = 0;
        speak();
      } catch {
        failures += 1;
      }
      if (stale) stale.hidden = failures < 2;
    }
    if (isActive()) setTimeout(turn, Math.min(pause() * 2 ** failures, AT_MOST));
    else finish();
  }

  // The seconds before the first email. No screen reader hears them: the figure is in no live
  // region.
  function count() {
    const grace = document.getElementById("grace");
    if (!grace) return;
    const ends = performance.now() + Number(grace.dataset.seconds) * 1000;
    const ticking = setInterval(() => {
      const left = Math.max(0, Math.round((ends - performance.now()) / 1000));
      const seconds = String(left % 60).padStart(2, "0");
      document.getElementById("grace-left").textContent = `${Math.floor(left / 60)}:${seconds}`;
      if (left > 0) return;
      clearInterval(ticking);
      reload(); // the button is of no use any more
    }, 1000);
  }

  addEventListener("beforeunload", () => (left = performance.now()));
  count();
  if (isActive()) {
    speak();
    setTimeout(turn, pause());
  }
})();
