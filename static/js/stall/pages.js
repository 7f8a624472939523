// Keeps the page of this stall in each language, with its style and scripts, for a time without a network.
const NAME = "stall";
const OF_PAGES = "/static/";

export async function keepPages() {
  if (!navigator.serviceWorker || !globalThis.caches) return;
  const pages = [...document.querySelectorAll(".languages a")].map((each) => each.pathname);
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], link[rel=prefetch], script[src]")];
  const files = parts.map((each) => new URL(each.href ?? each.src).pathname);
  const wanted = [...new Set([location.pathname, ...pages, ...files])];
  try {
    for (const page of wanted.filter((each) => !each.startsWith(OF_PAGES))) {
      const scope = page.replace(/[^/]*$/, "");
      await navigator.serviceWorker.register("/stall-worker.js", { scope });
    }
    const cache = await caches.open(NAME);
    await cache.addAll(wanted);
    for (const { url } of await cache.keys()) {
      const path = new URL(url).pathname;
      if (path.startsWith(OF_PAGES) && !wanted.includes(path)) await cache.delete(url);
    }
  } catch {
    // No network: the pages of the last time stay.
  }
}
