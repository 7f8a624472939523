// Counts the characters of a text while it is typed, in the element that the field names. A line
// that wraps is still one line: pasted line breaks become spaces, and Tab selects the whole.
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
for (const field of document.querySelectorAll("textarea[data-one-line]")) {
  field.addEventListener("input", () => {
    for (let at; (at = field.value.indexOf("\n")) >= 0;) field.setRangeText(" ", at, at + 1);
  });
  field.addEventListener("keyup", ({ key }) => {
    if (key === "Tab") field.select();
  });
}
