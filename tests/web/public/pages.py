"""Reads and fills in the pages as a browser without JavaScript does."""

from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


class _Inputs(HTMLParser):
    """Collects the inputs and buttons of a page, by name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str | None]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an input."""
        values = dict(attrs)
        if tag in {"input", "button", "textarea"} and values.get("name"):
            self.found[str(values["name"])] = values


def inputs_of(html: str) -> dict[str, dict[str, str | None]]:
    """Return the attributes of the inputs of a page, by their names."""
    parser = _Inputs()
    parser.feed(html)
    return parser.found


def hidden_values(html: str) -> dict[str, str]:
    """Return the values of the hidden inputs of a page."""
    return {
        name: str(values.get("value") or "")
        for name, values in inputs_of(html).items()
        if values.get("type") == "hidden"
    }


def box_values(html: str) -> dict[str, str]:
    """Return the values of the consent boxes of a page."""
    return {
        name: str(values["value"])
        for name, values in inputs_of(html).items()
        if name.startswith("consent_")
    }


def join(
    client: FlaskClient, email: str, page: str = "/fr/join/national", **more: str
) -> TestResponse:
    """Send the sign-up form, with the boxes for its own list and the age ticked."""
    html = client.get(page).text
    first_box = dict([*box_values(html).items()][:1])
    fields = {**hidden_values(html), **first_box, "is_15": "y", "email": email, **more}
    return client.post(page, data=fields)


def ticked_values(html: str) -> dict[str, str]:
    """Return the values of the ticked boxes of a page."""
    return {
        name: str(values.get("value") or "on")
        for name, values in inputs_of(html).items()
        if values.get("type") == "checkbox" and "checked" in values
    }


def press(client: FlaskClient, page: str, **more: str) -> TestResponse:
    """Open a page and press its button."""
    html = client.get(page).text
    return client.post(page, data={**hidden_values(html), **ticked_values(html), **more})
