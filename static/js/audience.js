// Says how many people the ticked lists reach, as soon as a box is ticked.
const boxes = document.getElementById("mailing_list_id");
const total = document.getElementById("audience-total");
let asked = 0;

async function count() {
  const number = ++asked;
  const ticked = [...boxes.querySelectorAll("input:checked")].map((box) => ["list", box.value]);
  total.setAttribute("aria-busy", "true");
  const answer = await fetch(`${boxes.dataset.url}?${new URLSearchParams(ticked)}`).catch(() => null);
  if (number !== asked) return;
  total.removeAttribute("aria-busy");
  total.textContent = answer?.ok ? (await answer.json()).words : "";
}

boxes.addEventListener("change", count);
