// Shows the look of pages and emails while it is chosen. Without this script, a button shows it.
const form = document.getElementById("writing");
let timer = 0;

function show() {
  const chosen = new URLSearchParams(new FormData(form));
  for (const name of ["csrf_token", "writer", "new_logo"]) chosen.delete(name);
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

// The picker of the browser beside each code: each follows the other. The code alone is sent.
for (const code of form.querySelectorAll("[data-colour]")) {
  const picker = document.createElement("input");
  const row = document.createElement("div");
  Object.assign(picker, { type: "color", className: "input", value: code.value });
  picker.setAttribute("aria-label", form.querySelector(`label[for=${code.id}]`).textContent.trim());
  row.className = "colour-row";
  code.before(row);
  row.append(picker, code);
  picker.addEventListener("input", () => { code.value = picker.value; });
  code.addEventListener("input", () => { if (/^#[0-9a-f]{6}$/i.test(code.value)) picker.value = code.value; });
}
