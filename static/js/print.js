// Prints the page. Without this script its button stays hidden; the menu of the browser prints it too.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
