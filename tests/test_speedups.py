"""Routes and templates that were compiled once are used again only if they are the same."""

from pathlib import Path

import pytest
from flask import Blueprint, Flask
from jinja2 import DictLoader, Environment, FileSystemBytecodeCache
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule

from tests.speedups import _Templates


def routes_of(*paths: str) -> Map:
    """Return a map with a rule for each path, as Flask adds them."""
    routes = Map()
    for path in paths:
        rule = Rule(path, endpoint=f"page {path}")
        rule.provide_automatic_options = True
        routes.add(rule)
    return routes


def test_maps_with_the_same_rules_share_what_was_compiled() -> None:
    first, second = (routes_of("/a", "/b/<int:number>").bind("localhost") for _ in range(2))
    assert first.match("/b/7") == second.match("/b/7") == ("page /b/<int:number>", {"number": 7})
    assert first.map._matcher is second.map._matcher


def test_map_with_another_rule_has_routes_of_its_own() -> None:
    first, second = routes_of("/a").bind("localhost"), routes_of("/a", "/c").bind("localhost")
    assert second.match("/c") == ("page /c", {})
    with pytest.raises(NotFound):
        first.match("/c")


def test_an_application_has_the_routes_of_its_blueprints_like_the_one_before() -> None:
    def page() -> str:
        return "page"

    blueprint, other = Blueprint("pages", __name__), Blueprint("others", __name__)
    blueprint.add_url_rule("/a", view_func=page, methods=["GET", "POST"])
    blueprint.record(lambda state: state.app.jinja_env.globals.update(recorded=True))
    other.add_url_rule("/b", view_func=page)
    apps = [Flask(f"app{number}") for number in range(3)]
    for app, prefix in zip(apps, ("/one", "/one", "/two"), strict=True):
        app.register_blueprint(blueprint, url_prefix=prefix)
        app.register_blueprint(other)
        assert app.jinja_env.globals["recorded"]
    answers = [
        [(way, app.test_client().open(path, method=way).status_code) for way in ("GET", "POST")]
        for app in apps
        for path in ("/one/a", "/two/a", "/b")
    ]
    yes, no = [("GET", 200), ("POST", 200)], [("GET", 404), ("POST", 404)]
    only_read = [("GET", 200), ("POST", 405)]
    assert answers == [yes, no, only_read] * 2 + [no, yes, only_read]


def test_rule_is_refused_once_the_routes_are_in_use() -> None:
    routes = routes_of("/a")
    routes.bind("localhost").match("/a")
    with pytest.raises(RuntimeError, match="after the first use"):
        routes.add(Rule("/late", endpoint="late"))


def test_a_process_uses_what_another_one_compiled_but_not_for_another_text(tmp_path: Path) -> None:
    def process() -> _Templates:
        templates = _Templates()
        templates.shared = FileSystemBytecodeCache(str(tmp_path))
        return templates

    def said(text: str, templates: _Templates) -> str:
        pages = Environment(
            loader=DictLoader({"page": text}), bytecode_cache=templates, autoescape=True
        )
        return pages.get_template("page").render()

    assert said("one", process()) == "one"
    [compiled] = tmp_path.iterdir()
    written = compiled.stat().st_mtime_ns
    assert said("one", process()) == "one"
    assert compiled.stat().st_mtime_ns == written
    assert said("two", process()) == "two"
