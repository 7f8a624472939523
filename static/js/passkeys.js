// Asks the browser for a passkey when a form with `data-passkey` is sent, and sends its answer in
// the form. Without this script the form has no button, and other ways stay.

const fromBase64 = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

function toBase64(buffer) {
  const text = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const withBytes = (list) => (list ?? []).map((each) => ({ ...each, id: fromBase64(each.id) }));

// The server writes bytes as base64url, as JSON needs it.
function decode(options) {
  const decoded = { ...options, challenge: fromBase64(options.challenge) };
  if (options.user) decoded.user = { ...options.user, id: fromBase64(options.user.id) };
  if (options.excludeCredentials) decoded.excludeCredentials = withBytes(options.excludeCredentials);
  if (options.allowCredentials) decoded.allowCredentials = withBytes(options.allowCredentials);
  return decoded;
}

function encode(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: toBase64(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answer[name] = toBase64(response[name]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: toBase64(credential.rawId),
    type: credential.type,
    response: answer,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
}

function say(form, name) {
  for (const each of form.querySelectorAll("[data-passkey-says]")) {
    each.hidden = each.dataset.passkeySays !== name;
  }
}

const MEANINGS = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };

async function fetchOptions(form) {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  const answer = await fetch(form.dataset.options, { method: "POST", body, redirect: "error" });
  if (!answer.ok) throw new DOMException("", "StaleError");
  return decode(await answer.json());
}

async function send(form) {
  say(form, "waiting");
  try {
    const publicKey = await fetchOptions(form);
    const isNew = form.dataset.passkey === "create";
    const credential = await navigator.credentials[isNew ? "create" : "get"]({ publicKey });
    form.elements.credential.value = encode(credential);
    form.submit();
  } catch (error) {
    const isStale = error.name === "StaleError" || error instanceof TypeError;
    say(form, isStale ? "stale" : (MEANINGS[error.name] ?? "failed"));
    form.querySelector("button").disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) {
    say(form, "unsupported");
    continue;
  }
  const button = form.querySelector("button");
  button.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    send(form);
  });
}
