// For pages of the party's other sites: gives each frame of ours the height of its form.
(() => {
  const MOST = 4000; // pixels

  addEventListener("message", (event) => {
    const height = event.data?.supportersHeight;
    if (!Number.isFinite(height)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      const isOurs = frame.contentWindow === event.source && new URL(frame.src).origin === event.origin;
      if (isOurs) frame.style.height = `${Math.min(Math.max(height, 0), MOST)}px`;
    }
  });
})();
