"""A route that was compiled once is used again only for the same route."""

import pytest
from flask import Flask, url_for
from werkzeug.exceptions import NotFound


def page_of(number: int) -> str:
    """Answer with a number."""
    return str(number)


def app_with(path: str) -> Flask:
    """Return an application with one page."""
    app = Flask("pages")
    app.add_url_rule(path, "page", page_of)
    return app


def test_each_application_has_its_own_routes_and_addresses() -> None:
    for path, address in [("/a/<int:number>", "/a/7"), ("/b/<int:number>", "/b/7")] * 2:
        app = app_with(path)
        assert app.test_client().get(address).text == "7"
        with app.test_request_context():
            assert url_for("page", number=7) == address


def test_a_path_with_another_converter_is_another_route() -> None:
    texts, numbers = app_with("/<number>"), app_with("/<int:number>")
    assert texts.url_map.bind("localhost").match("/x") == ("page", {"number": "x"})
    with pytest.raises(NotFound):
        numbers.url_map.bind("localhost").match("/x")
