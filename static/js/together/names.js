// The names of colleagues after an @ in a comment: the arrow down reaches them, Enter takes one.
const BEGUN = /(?<![\p{L}\p{N}.@])@([\p{L}\p{N}_-]*)$/u;
const MOST = 6;

export function offerNames(list, announce) {
  const offer = document.createElement("div");
  offer.className = "cluster";
  const all = () => [...list.querySelectorAll(".comment-form .choice-label")].map((each) => each.textContent.trim());

  list.addEventListener("input", ({ target: field }) => {
    offer.remove();
    const before = field.value?.slice(0, field.selectionStart ?? 0) ?? "";
    const [, begun] = field.matches("textarea") ? before.match(BEGUN) ?? [] : [];
    if (begun === undefined) return;
    const found = all().filter((name) => name.toLowerCase().split(/\s+/).some((word) => word.startsWith(begun.toLowerCase())));
    offer.replaceChildren(...found.slice(0, MOST).map((name) => button(name, field, before.length - begun.length)));
    if (!found.length) return;
    field.after(offer);
    announce(found.slice(0, MOST).join(", "));
  });

  list.addEventListener("keydown", (event) => {
    const buttons = [...offer.children];
    const at = buttons.indexOf(event.target);
    const isNear = offer.isConnected && (at >= 0 || offer.previousElementSibling === event.target);
    if (!isNear || !["ArrowDown", "ArrowUp", "Escape"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    const next = event.key === "Escape" ? null : buttons[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next && event.key === "ArrowDown") return;
    (next ?? offer.previousElementSibling).focus();
    if (event.key === "Escape") offer.remove();
  });

  function button(name, field, from) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "button button-small", textContent: `@${name}` });
    made.addEventListener("click", () => {
      field.setRangeText(`${name} `, from, field.selectionEnd, "end");
      field.focus();
      offer.remove();
    });
    return made;
  }
}
