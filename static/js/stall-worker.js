// Opens the page of a stall from the tablet while there is no network. js/stall/pages.js keeps the pages.
const PATIENCE = 8000;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  if (event.request.method !== "GET") return;
  event.respondWith(
    fetch(event.request, { signal: AbortSignal.timeout(PATIENCE) }).catch(
      async () => (await caches.match(event.request, { ignoreVary: true })) ?? Response.error(),
    ),
  );
});
