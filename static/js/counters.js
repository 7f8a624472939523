// Counts the characters of a text while it is typed, in the element that the field names.
for (const field of document.querySelectorAll("[data-counter]")) {
  const counter = document.getElementById(field.dataset.counter);
  const show = () => {
    const count = [...field.value].length;
    counter.textContent = counter.dataset.words.replace(/0/, count);
    counter.hidden = count === 0;
  };
  field.addEventListener("input", show);
  show();
}
