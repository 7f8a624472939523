// Sends a form again until it is taken. Without this script, the button of the page does it.
// If the page has a challenge, its solution is sent with the form (ADR 071).
(() => {
  const SHORTEST = 5;
  const LONGEST = 60;
  const GIVES_UP_AFTER = 30000; // on one try, not on the form
  const SOLVES_FOR = 90000;
  const USUAL_SOLVING = 3; // seconds
  const MOST_WORKERS = 4;
  const form = document.getElementById("waiting");
  const words = document.getElementById("waiting-words");
  const progress = document.getElementById("waiting-progress");
  let challenge = form.dataset.challenge ?? "";
  let seconds = Number(form.dataset.seconds);
  let began = 0;
  let timer = 0;
  let isBusy = false;

  function say(text) {
    if (words.textContent !== text) words.textContent = text;
  }

  function wait(text) {
    say(text);
    isBusy = false;
    began = Date.now();
    timer = setInterval(turn, 500);
    turn();
  }

  // A timer of a hidden page is slow, so the time itself decides.
  function turn() {
    const waited = (Date.now() - began) / 1000;
    progress.value = Math.min(waited / seconds, 1);
    if (waited >= seconds) send();
  }

  async function send() {
    clearInterval(timer);
    isBusy = true;
    if (challenge && !(await prove())) return waitMinutes();
    say(form.dataset.sends);
    const answer = await ask();
    // The answer to a form that was taken leads to the next page.
    if (answer?.type === "opaqueredirect") return location.replace(form.dataset.next);
    if (!answer || answer.status === 429 || answer.status > 500) return waitLonger(answer);
    return form.submit(); // the server has something to say: its page is shown
  }

  // Null if nothing answers, such as a telephone without a network.
  async function ask() {
    try {
      return await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        redirect: "manual",
        signal: AbortSignal.timeout(GIVES_UP_AFTER),
      });
    } catch {
      return null;
    }
  }

  async function waitLonger(answer) {
    const said = Number(answer?.headers.get("Retry-After")) || seconds * 2;
    seconds = Math.min(Math.max(said, SHORTEST), LONGEST);
    form.elements.waited.value = Number(form.elements.waited.value) + 1;
    if (answer) adopt(await answer.text().catch(() => ""));
    wait(form.dataset.waitsLonger);
  }

  // Each answer has a new challenge, or none: a solution works once.
  function adopt(html) {
    const next = new DOMParser().parseFromString(html, "text/html").getElementById("waiting");
    if (!next) return;
    challenge = next.dataset.challenge ?? "";
    for (const name of ["worker", "solves", "minutes", "waitsMinutes"]) {
      if (next.dataset[name]) form.dataset[name] = next.dataset[name];
    }
    for (const name of ["proof", "waiting"]) put(name, next.elements[name]?.value ?? "");
  }

  function put(name, value) {
    let field = form.elements[name];
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name });
      form.append(field);
    }
    field.value = value;
  }

  async function prove() {
    say(form.dataset.solves);
    const since = Date.now();
    const shown = setInterval(() => {
      progress.value = 1 - Math.exp((since - Date.now()) / 1000 / USUAL_SOLVING);
    }, 200);
    const solution = await solve(JSON.parse(challenge)).catch(() => null);
    clearInterval(shown);
    if (!solution) return false;
    put("proof", btoa(JSON.stringify({ challenge: JSON.parse(challenge), solution })));
    return true;
  }

  // Some workers share the work: each tries every n-th number.
  function solve(task) {
    const count = Math.min(navigator.hardwareConcurrency || 2, MOST_WORKERS);
    const workers = [];
    return new Promise((resolve, reject) => {
      for (let start = 0; start < count; start++) {
        const worker = new Worker(form.dataset.worker);
        workers.push(worker);
        worker.onerror = reject;
        worker.onmessage = ({ data }) => (data?.derivedKey ? resolve(data) : reject(data));
        const order = { type: "work", challenge: task, timeout: SOLVES_FOR };
        worker.postMessage({ ...order, counterStart: start, counterStep: count });
      }
    }).finally(() => workers.forEach((each) => each.terminate()));
  }

  // The other way in, for a browser that can't calculate: the form has waited for some minutes.
  function waitMinutes() {
    challenge = "";
    seconds = Number(form.dataset.minutes) * 60 + SHORTEST;
    wait(form.dataset.waitsMinutes);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!isBusy) send();
  });
  progress.hidden = false;
  if (challenge) send();
  else wait(form.dataset.waits);
})();
