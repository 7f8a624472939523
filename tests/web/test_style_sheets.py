"""The style sheets: public pages load little, and classes match the templates."""

import ast
import re
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.factories.lists import make_list

ROOT = Path(__file__).parents[2]
STYLES, TEMPLATES = ROOT / "static" / "css", ROOT / "templates"
MOST_BYTES = 12_000
SHEETS = re.compile(r"\{% set sheets = (\[.*?\]) %\}")
CLASS_SELECTOR = re.compile(r"\.([a-z][\w-]*)")
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|"[^"]*"', re.DOTALL)
CLASS_ATTRIBUTE = re.compile(r'\sclass="([^"]*)"')
CLASS_ARGUMENT = re.compile(r"\b(?:css|class_)='([^']*)'")
EXPRESSION = re.compile(r"[\w-]*(?:\{\{.*?\}\}|\{%.*?%\})")
WORD = re.compile(r"[a-z][\w-]*")
MADE_OF_PARTS = re.compile(r"(?:status|message|field|ledger|series|bar|figure)-[a-z]+")
WITHOUT_FORM = {"field", "chart", "field-wide", "figure"}


def styled_classes() -> set[str]:
    """Return the classes of the style sheets."""
    text = "".join(each.read_text(encoding="utf-8") for each in STYLES.glob("*.css"))
    return set(CLASS_SELECTOR.findall(COMMENT_OR_STRING.sub("", text)))


def own_templates() -> list[Path]:
    """Return the templates of pages. Emails and evidence files contain their own style."""
    found = TEMPLATES.rglob("*.html")
    return [each for each in found if "mail" not in each.parts and each.name != "pack.html"]


def classes_in(template: Path) -> set[str]:
    """Return the classes of a template, whole words outside of expressions."""
    text = template.read_text(encoding="utf-8")
    written = chain(CLASS_ATTRIBUTE.findall(text), CLASS_ARGUMENT.findall(text))
    return {word for each in written for word in WORD.findall(EXPRESSION.sub(" ", each))}


def components_of(app: Flask, *sets: str) -> list[str]:
    """Return the components of these sets of style sheets."""
    module = app.jinja_env.get_template("parts/style_sheets.html").module
    return [component for each in sets for component in module.components[each]]  # type: ignore[attr-defined]


def bytes_of(components: list[str]) -> int:
    """Return the size of the style sheets before compression."""
    return sum((STYLES / f"{each}.css").stat().st_size for each in components)


@pytest.mark.parametrize(
    "template", sorted((TEMPLATES / "public").rglob("*.html")), ids=lambda path: path.stem
)
def test_a_public_page_loads_at_most_12_kb_of_style(app: Flask, template: Path) -> None:
    found = SHEETS.search(template.read_text(encoding="utf-8"))
    sheets = ast.literal_eval(found[1]) if found else []
    assert bytes_of(components_of(app, "public", *sheets)) <= MOST_BYTES


def test_a_page_links_the_style_sheets_of_its_sets(app: Flask, client: FlaskClient) -> None:
    make_list()
    page = client.get("/fr/join/national").text
    linked = re.findall(
        r'<link rel="stylesheet" href="/static/css/([\w-]+)\.[0-9a-f]{12}\.css', page
    )
    assert linked == components_of(app, "public", "forms", "signup")


def test_every_style_sheet_is_loaded_by_a_page(app: Flask) -> None:
    module = app.jinja_env.get_template("parts/style_sheets.html").module
    loaded = {*chain.from_iterable(module.components.values())}  # type: ignore[attr-defined]
    assert {each.stem for each in STYLES.glob("*.css")} == loaded


def test_every_class_of_a_template_has_a_style() -> None:
    known = styled_classes() | WITHOUT_FORM
    unknown = {
        f"{each.relative_to(TEMPLATES)}: {name}"
        for each in own_templates()
        for name in classes_in(each) - known
    }
    assert unknown == set()


def test_every_class_of_a_style_sheet_is_in_a_template() -> None:
    text = "".join(each.read_text(encoding="utf-8") for each in own_templates())
    words = set(re.findall(r"[a-z][\w-]*", text))
    unused = {each for each in styled_classes() - words if not MADE_OF_PARTS.fullmatch(each)}
    assert unused == set()
