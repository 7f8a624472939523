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
  if (await isOver()) location.replace(check.dataset.next);
  else plan();
}

// False if nothing answers, such as a telephone without a network.
async function isOver() {
  try {
    const answer = await fetch(stateUrl(), { signal: AbortSignal.timeout(10000) });
    const state = answer.ok ? await answer.json() : {};
    return state.is_confirmed || state.has_bounced;
  } catch {
    return false;
  }
}

// Most emails come back within a minute or never: only a few looks ask for that.
const bounceLooks = "bounces" in check.dataset ? [8, 20, 60, 180, 600] : [];

function stateUrl() {
  if (secondsOpen() < (bounceLooks[0] ?? Infinity)) return check.dataset.state;
  bounceLooks.shift();
  return `${check.dataset.state}?bounce=1`;
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
