// Buttons that copy the text of an element. Without this script they stay hidden.
const SHOWN_FOR = 2000; // milliseconds

function offerCopy(button) {
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    await navigator.clipboard.writeText((source.value ?? source.textContent).trim());
    button.textContent = button.dataset.done;
    setTimeout(() => {
      button.textContent = words;
    }, SHOWN_FOR);
  });
}

if (navigator.clipboard) {
  document.querySelectorAll("[data-copies]").forEach(offerCopy);
}
