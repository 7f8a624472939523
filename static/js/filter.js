// Shows only the boxes whose label has the typed words. Without this script the field stays hidden
// and all boxes are shown.
(() => {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  for (const input of document.querySelectorAll("[data-filters]")) {
    input.closest("[data-filter-field]").hidden = false;
    const choices = document.getElementById(input.dataset.filters).querySelectorAll(".choice");
    input.addEventListener("input", () => {
      const words = plain(input.value.trim());
      for (const choice of choices) choice.hidden = !plain(choice.textContent).includes(words);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
})();
