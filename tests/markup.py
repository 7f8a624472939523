"""Reads HTML as a program does: its tags, its attributes and the targets of its links."""

from html.parser import HTMLParser


class Markup(HTMLParser):
    """The tags, attributes and links of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag and its attributes."""
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.words += data

    @property
    def links(self) -> set[str]:
        """The targets of all links."""
        return {value for name, value in self.attributes if name == "href"}

    @property
    def sources(self) -> set[str]:
        """The files that the page would load."""
        return {value for name, value in self.attributes if name in {"src", "srcset", "background"}}
