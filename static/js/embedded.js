// Tells the page around this frame how tall the form is. It tells nothing else.
function tellHeight() {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  parent.postMessage({ supportersHeight: height }, "*");
}

if (parent !== window) {
  document.querySelector("[autofocus]")?.focus(); // browsers ignore the attribute in a frame of another site
  new ResizeObserver(tellHeight).observe(document.documentElement);
  addEventListener("message", (event) => {
    if (event.source === parent && event.data === "supportersHeight") tellHeight();
  });
}
