// The form at a stall: sends without leaving the page, empties itself, keeps sealed what can't leave.
import { seal } from "./seal.js";

const THANKS_SECONDS = 12;
const IDLE_SECONDS = 90;
const RETRY_SECONDS = 15;
const AGAIN = new Set([429, 500, 502, 503, 504]);

const page = document.querySelector("main");
const form = document.querySelector("#stall-form form");
const element = (name) => document.getElementById(`stall-${name}`);
const STORE = `kept sign-ups of ${location.pathname}`;
let publicKey = null;
let lost = 0;
let thanksTimer = 0;
let idleTimer = 0;

const readKept = () => JSON.parse(localStorage.getItem(STORE) ?? "[]");

function writeKept(kept) {
  localStorage.setItem(STORE, JSON.stringify(kept));
  element("count").textContent = String(kept.length);
}

function showNetwork(isThere) {
  element("online").hidden = !isThere;
  element("offline").hidden = isThere;
}

// The page may have new words, and its form counts as old after two hours.
async function refresh() {
  try {
    const text = await (await fetch(location.pathname)).text();
    const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("#stall-form form");
    if (fresh.elements.page.value !== form.elements.page.value) location.reload();
    form.elements.opened.value = fresh.elements.opened.value;
  } catch {
    showNetwork(false);
  }
}

function showForm() {
  clearTimeout(thanksTimer);
  refresh();
  form.reset();
  form.querySelectorAll("details[open]").forEach((each) => each.removeAttribute("open"));
  element("thanks").hidden = true;
  element("faults").hidden = true;
  element("form").hidden = false;
  form.elements.email.focus();
}

function showThanks() {
  element("faults").hidden = true;
  element("form").hidden = true;
  element("thanks").hidden = false;
  element("thanks").focus();
  thanksTimer = setTimeout(showForm, THANKS_SECONDS * 1000);
}

function showFaults(faults) {
  const items = faults.map(({ field, message }) => {
    const item = document.createElement("li");
    const control = form.elements[field];
    if (control?.id) {
      const link = document.createElement("a");
      link.href = `#${control.id}`;
      link.textContent = message;
      item.append(link);
    } else {
      item.textContent = message;
    }
    return item;
  });
  element("faults").querySelector("ul").replaceChildren(...items);
  element("faults").hidden = false;
  element("faults").focus();
}

async function post(address, fields) {
  const headers = { Accept: "application/json" };
  return fetch(address, { method: "POST", headers, body: new URLSearchParams(fields) });
}

async function keep(fields) {
  const sealed = await seal({ ...Object.fromEntries(fields), typed_at: Date.now() }, publicKey);
  writeKept([...readKept(), sealed]);
  showThanks();
}

// A browser adds the name and value of a button only to a form that it sends by itself.
function keepButtonInForm() {
  const { name, value } = form.querySelector("#is_15");
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}

async function send(event) {
  event.preventDefault();
  const fields = new FormData(form);
  let answer = null;
  try {
    answer = await post(location.pathname, fields);
  } catch {
    showNetwork(false);
  }
  if (answer?.status === 202) {
    showNetwork(true);
    showThanks();
  } else if (answer?.status === 422) {
    showFaults((await answer.json()).faults);
  } else if (answer && !AGAIN.has(answer.status)) {
    form.submit();
  } else if (publicKey && form.reportValidity()) {
    await keep(fields);
  }
}

async function sendKept() {
  for (const sealed of readKept()) {
    let answer = null;
    try {
      answer = await post(page.dataset.kept, { sealed });
    } catch {
      showNetwork(false);
      return;
    }
    showNetwork(true);
    if (AGAIN.has(answer.status)) return;
    if (answer.status !== 202) {
      lost += 1;
      element("lost").hidden = false;
      element("lost").querySelector("strong").textContent = String(lost);
    }
    writeKept(readKept().filter((each) => each !== sealed));
  }
}

function forgetIdle() {
  clearTimeout(idleTimer);
  idleTimer = setTimeout(showForm, IDLE_SECONDS * 1000);
}

async function start() {
  element("state").hidden = false;
  writeKept(readKept());
  form.addEventListener("submit", send);
  form.addEventListener("input", forgetIdle);
  element("next").addEventListener("click", (event) => {
    event.preventDefault();
    showForm();
  });
  addEventListener("online", sendKept);
  setInterval(sendKept, RETRY_SECONDS * 1000);
  form.elements.email.required = true;
  keepButtonInForm();
  if (globalThis.crypto?.subtle) {
    publicKey = (await (await fetch(page.dataset.key)).json()).key;
  }
  await sendKept();
}

start();
