// For pages of the party's other sites: gives each frame of ours the height of its form.
(() => {
  const MOST = 4000; // pixels
  const ours = new URL(document.currentScript.src).origin;
  const ourFrames = () =>
    [...document.querySelectorAll("iframe")].filter((each) => new URL(each.src, document.baseURI).origin === ours);

  addEventListener("message", (event) => {
    const height = event.data?.supportersHeight;
    if (!Number.isFinite(height)) return;
    for (const frame of ourFrames()) {
      const isSender = frame.contentWindow === event.source && event.origin === ours;
      if (isSender) frame.style.height = `${Math.min(Math.max(height, 0), MOST)}px`;
    }
  });

  // A frame that was there before this script has told its height to nobody.
  for (const frame of ourFrames()) frame.contentWindow.postMessage("supportersHeight", "*");
})();
