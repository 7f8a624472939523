// Copies and prints the recovery codes. Without this script they can be selected and printed.
const codes = [...document.querySelectorAll("#recovery-codes code")].map((each) => each.textContent);
document.getElementById("codes-buttons").hidden = false;
document.querySelector("[data-codes=print]").addEventListener("click", () => print());
document.querySelector("[data-codes=copy]").addEventListener("click", async () => {
  await navigator.clipboard.writeText(codes.join("\n"));
  document.getElementById("codes-copied").hidden = false;
});
