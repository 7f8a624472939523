// Sends sign-ups to the site, and knows which answers are of the site.
const AGAIN = new Set([408, 429, 500, 502, 503, 504]);
const PATIENCE = 8000; // a person waits for it
const TAKEN = 202;

// Null if nothing of ours answers: no network, or the page of a hotel's network. `isLater` is a limit, or a fault.
export async function post(address, fields) {
  const headers = { Accept: "application/json" };
  const body = new URLSearchParams(fields);
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const answer = await fetch(address, { method: "POST", headers, body, signal });
    const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
    if (AGAIN.has(answer.status)) return { isLater: true };
    if (!isOurs) return null;
    return { isTaken: answer.status === TAKEN, ...(await answer.json()) };
  } catch {
    return null;
  }
}
