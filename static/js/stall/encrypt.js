// Encrypts a sign-up for the server, as supporters/signup/encrypted_signups.py opens it.
const NAME_BYTES = 4;
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const INFO = new TextEncoder().encode("supporters.stall");

const toBytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
const toText = (bytes) => btoa(Array.from(bytes, (each) => String.fromCharCode(each)).join(""));

function join(...parts) {
  const joined = new Uint8Array(parts.reduce((size, each) => size + each.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export async function encrypt(fields, publicKey) {
  const named = toBytes(publicKey);
  const name = named.slice(0, NAME_BYTES);
  const theirs = await crypto.subtle.importKey("raw", named.slice(NAME_BYTES), CURVE, false, []);
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const secret = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, own.privateKey, 256);
  const shared = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveKey"]);
  const key = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: point, info: INFO },
    shared,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  );
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(fields));
  const how = { name: "AES-GCM", iv: nonce, additionalData: name };
  const encrypted = new Uint8Array(await crypto.subtle.encrypt(how, key, plain));
  return toText(join(name, point, nonce, encrypted));
}
