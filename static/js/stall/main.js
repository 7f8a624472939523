// The form at a stall: sends without leaving the page, empties itself, keeps encrypted what can't leave.
import { check } from "./checking.js";
import { addStored } from "./stored.js";
import { remove, sendStored, showStored } from "./leaving.js";
import { checks, element, fillIn, form, main, showFaults, showForm, showNetwork, showThanks } from "./page.js";
import { keepPages } from "./pages.js";
import { encrypt } from "./encrypt.js";
import { post } from "./sending.js";

const IDLE_SECONDS = 90;
const RETRY_SECONDS = 15;
const NEXT_COMES = "stall: the next person comes";
let publicKey = main.dataset.key;
let correcting = null;
let isBusy = false;
let idleTimer = 0;

// The person at the tablet types on: the page that comes has the cursor where this one has it.
function reload() {
  sessionStorage.setItem(NEXT_COMES, "1");
  location.reload();
}

function focusAfterReload() {
  if (sessionStorage.getItem(NEXT_COMES)) form.elements.email.focus();
  sessionStorage.removeItem(NEXT_COMES);
}

// The page may have new words, its key may be new, and its form counts as old after two hours.
async function refresh() {
  try {
    const text = await (await fetch(location.pathname)).text();
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const newer = fresh.querySelector("#stall-form form");
    if (newer.elements.page.value !== form.elements.page.value) return reload();
    form.elements.opened.value = newer.elements.opened.value;
    publicKey = fresh.querySelector("main").dataset.key;
  } catch {
    // The page of before is good enough.
  }
}

async function next() {
  correcting = null;
  showForm();
  await refresh();
}

async function keep(fields) {
  const typed = { ...Object.fromEntries(fields), typed_at: Date.now() };
  try {
    await addStored(await encrypt(typed, publicKey), main.dataset.stored);
  } catch {
    return showFaults({ message: checks.words.CANT_KEEP });
  }
  await end(true);
}

async function end(isStored) {
  if (correcting) await remove(correcting, correct);
  await showStored(correct);
  showThanks(isStored, next);
}

async function correct(stored, told) {
  await next();
  correcting = stored;
  fillIn(told.fields);
  showFaults(told);
}

// A browser adds the name and value of a button only to a form that it sends by itself.
function keepButtonInForm() {
  const { name, value } = form.querySelector("#is_15");
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}

async function send(event) {
  event.preventDefault();
  if (isBusy) return;
  const found = check(form, checks);
  if (found) return showFaults(found);
  const fields = new FormData(form);
  isBusy = true;
  const answer = await post(location.pathname, fields);
  isBusy = false;
  showNetwork(answer !== null);
  if (!answer || answer.isLater) return keep(fields);
  return answer.isTaken ? end(false) : showFaults(answer);
}

function forgetIdle() {
  clearTimeout(idleTimer);
  idleTimer = setTimeout(next, IDLE_SECONDS * 1000);
}

async function start() {
  element("state").hidden = false;
  keepButtonInForm();
  focusAfterReload();
  showNetwork(navigator.onLine);
  addEventListener("online", () => showNetwork(true));
  addEventListener("offline", () => showNetwork(false));
  form.addEventListener("submit", send);
  form.addEventListener("input", forgetIdle);
  element("next").addEventListener("click", (event) => {
    event.preventDefault();
    next();
  });
  if (!globalThis.crypto?.subtle) return;
  await showStored(correct);
  const sendAll = () => sendStored(correct);
  addEventListener("online", sendAll);
  setInterval(sendAll, RETRY_SECONDS * 1000);
  await Promise.all([sendAll(), keepPages(), navigator.storage?.persist?.()]);
}

start();
