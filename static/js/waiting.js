// Sends a signup again until it is taken. Without this script, the button of the page does it.
(() => {
  const SHORTEST = 5;
  const LONGEST = 60;
  const GIVES_UP_AFTER = 30000; // on one try, not on the signup
  const form = document.getElementById("waiting");
  const words = document.getElementById("waiting-words");
  const progress = document.getElementById("waiting-progress");
  let seconds = Number(form.dataset.seconds);
  let began = 0;
  let timer = 0;
  let isBeingSent = false;

  function say(text) {
    if (words.textContent !== text) words.textContent = text;
  }

  function wait(text) {
    say(text);
    isBeingSent = false;
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
    isBeingSent = true;
    say(form.dataset.sends);
    const answer = await ask();
    // The answer to a signup that was taken leads to the next page.
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

  function waitLonger(answer) {
    const said = Number(answer?.headers.get("Retry-After")) || seconds * 2;
    seconds = Math.min(Math.max(said, SHORTEST), LONGEST);
    form.elements.waited.value = Number(form.elements.waited.value) + 1;
    wait(form.dataset.waitsLonger);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!isBeingSent) send();
  });
  progress.hidden = false;
  wait(form.dataset.waits);
})();
