// Shows the look of pages and emails while it is chosen. Without this script, a button shows it.
const form = document.getElementById("writing");
let timer = 0;

function show() {
  const chosen = new URLSearchParams(new FormData(form));
  for (const name of ["csrf_token", "writer"]) chosen.delete(name);
  for (const frame of document.querySelectorAll("iframe[data-dark]")) {
    chosen.set("dark", frame.dataset.dark);
    frame.src = `${frame.dataset.page}?${chosen}`;
  }
}

form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, 400);
});
form.querySelector("[name=look]").remove();
