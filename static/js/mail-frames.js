// Makes each frame as high as the message in it. Without this script a frame has a height of its own
// and scrolls. A page may load it twice.
(() => {
  const frames = [...document.querySelectorAll("[data-as-high-as-its-mail]")];
  const fit = (frame) => {
    const page = frame.contentDocument;
    if (!page?.body?.childElementCount) return; // not loaded yet
    frame.style.blockSize = "0";
    frame.style.blockSize = `${page.documentElement.scrollHeight + 2}px`;
  };
  for (const frame of frames) {
    frame.addEventListener("load", () => fit(frame));
    fit(frame);
  }
  addEventListener("resize", () => frames.forEach(fit));
})();
