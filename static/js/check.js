// Moves on once this browser has confirmed, and counts down to the next email. Without this script,
// a link and a button of the page do both.
const ONE_HOUR = 3600;
const check = document.getElementById("check");
const code = check.querySelector("[name=code]");
const again = document.getElementById("again");
const opened = Date.now();
let timer = 0;

function secondsOpen() {
  return (Date.now() - opened) / 1000;
}

// Most people confirm within two minutes.
function pause() {
  if (secondsOpen() < 120) return 3;
  return secondsOpen() < 600 ? 10 : 30;
}

function plan() {
  clearTimeout(timer);
  if (document.hidden || secondsOpen() > ONE_HOUR) return;
  timer = setTimeout(look, pause() * 1000);
}

async function look() {
  clearTimeout(timer);
  if (await isConfirmed()) location.replace(check.dataset.next);
  else plan();
}

// False if nothing answers, such as a telephone without a network.
async function isConfirmed() {
  try {
    const answer = await fetch(check.dataset.state, { signal: AbortSignal.timeout(10000) });
    return answer.ok && (await answer.json()).is_confirmed;
  } catch {
    return false;
  }
}

// Back from the mailbox: the result may be there, or the code is about to be typed. The focus stays
// where it is if it is anywhere, and a telephone shows no keyboard that nobody asked for.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return clearTimeout(timer);
  const hasMouse = matchMedia("(hover: hover) and (pointer: fine)").matches;
  if (hasMouse && document.activeElement === document.body) code.focus();
  look();
});

function countDown() {
  const button = again.querySelector("button");
  const label = button.textContent;
  const ready = Date.now() + Number(again.dataset.seconds) * 1000;
  button.disabled = true;
  const tick = setInterval(turn, 1000);
  turn();

  function turn() {
    const left = Math.ceil((ready - Date.now()) / 1000);
    button.textContent = left > 0 ? again.dataset.waits.replace("{seconds}", left) : label;
    if (left > 0) return;
    clearInterval(tick);
    button.disabled = false;
    document.getElementById("again-status").textContent = again.dataset.ready;
  }
}

if (again && Number(again.dataset.seconds) > 0) countDown();
plan();
