"""A hand on the keyboard of a browser: it reaches by Tab alone what it uses."""

from playwright.sync_api import Page

MOST_TABS = 150
FOCUSED = """() => {
  const focused = document.activeElement;
  const words = focused.matches("a, button, summary") ? focused.innerText : "";
  return [focused.getAttribute("aria-label"), focused.name, words].join(" ");
}"""


class Hand:
    """It counts the buttons and links that it presses."""

    def __init__(self) -> None:
        self.presses: list[str] = []

    def reach(self, page: Page, name: str) -> None:
        """Press Tab until something with this name has the focus."""
        for _ in range(MOST_TABS):
            page.keyboard.press("Tab")
            if name in page.evaluate(FOCUSED):
                return
        raise AssertionError(f"Tab never reaches {name!r} on {page.url}.")

    def press(self, page: Page, name: str) -> None:
        """Reach a button or a link, and press it."""
        self.reach(page, name)
        self.presses.append(name)
        page.keyboard.press("Enter")

    def write(self, page: Page, name: str, words: str) -> None:
        """Reach a field, and type over what it has: the browser selects it."""
        self.reach(page, name)
        page.keyboard.type(words)

    def choose(self, page: Page, name: str, steps: int) -> None:
        """Reach a group of choices, and go so many down from the one that is chosen, or up."""
        self.reach(page, name)
        for _ in range(abs(steps)):
            page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
