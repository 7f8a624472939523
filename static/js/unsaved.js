// Warns before a page is left on which something was typed and not sent. Without this script
// nothing else changes.
(() => {
  const form = document.getElementById("writing");
  let isUnsaved = form.dataset.unsaved === "true";
  form.addEventListener("input", () => {
    isUnsaved = true;
  });
  form.addEventListener("submit", () => {
    isUnsaved = false;
  });
  addEventListener("beforeunload", (event) => {
    if (isUnsaved) event.preventDefault();
  });
})();
