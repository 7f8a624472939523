"""Style sheets and joined scripts: few, small, and of modules that one can read."""

import gzip
import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supporters.web.static_bundles import (
    BUNDLES,
    STYLE_BUNDLES,
    ModuleProblem,
    NoSuchComponent,
    ScriptBundle,
    StyleBundle,
    make_bundles,
    make_scripts,
    plain_name,
    read_catalogue,
    shorten,
)
from tests.factories.lists import make_list

ROOT = Path(__file__).parents[2]
STATIC, TEMPLATES = ROOT / "static", ROOT / "templates"
STYLES, SCRIPTS = STATIC / "css", STATIC / "js"
MOST_BYTES = 12_400
STYLE = re.compile(r"\{% set style = '(\w+)' %\}")
CLASS_SELECTOR = re.compile(r"\.([a-z][\w-]*)")
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|"[^"]*"', re.DOTALL)
CLASS_ATTRIBUTE = re.compile(r'\sclass="([^"]*)"')
CLASS_ARGUMENT = re.compile(r"\b(?:css|class_)='([^']*)'")
EXPRESSION = re.compile(r"[\w-]*(?:\{\{.*?\}\}|\{%.*?%\})")
WORD = re.compile(r"[a-z][\w-]*")
MADE_OF_PARTS = re.compile(
    r"(?:status|message|field|fact|ledger|series|bar|figure|mail|sketch)-[a-z]+"
)
WITHOUT_FORM = {"field", "chart", "field-wide", "figure"}
MODULES = sorted(STATIC.glob("js/composer/**/*.js")) + sorted(STATIC.glob("js/together/*.js"))
BUNDLE = ScriptBundle("script/two.js", "js/two/main.js")
MOST_COMPRESSED = 95_000
LONGEST_MODULE = 120
NOT_PLAIN = re.compile(  # the page gives the address of a script that is loaded later
    r"export (default|\{|\*)|^import (?!\{)|import\((?!draft\.urls\.)", re.MULTILINE
)


def styled_classes(components: Iterable[str] = ("*",)) -> set[str]:
    sheets = chain.from_iterable(STYLES.glob(f"{each}.css") for each in components)
    text = "".join(each.read_text(encoding="utf-8") for each in sheets)
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


def bundle_named(style: str) -> StyleBundle:
    """Return a bundle by the name that templates use."""
    return next(each for each in STYLE_BUNDLES if each.name == f"style/{style}.css")


def style_of(template: Path) -> str:
    """Return the name of the style sheet of a public template."""
    found = STYLE.search(template.read_text(encoding="utf-8"))
    return found[1] if found else "public"


def joined(**modules: str) -> str:
    """Return the bundle of modules; their folder also has a vendored file."""
    contents = {f"js/two/{name}.js": text.encode() for name, text in modules.items()}
    return make_scripts({**contents, "vendor/lib.js": b"export const a = 1;\n"}, [BUNDLE])[
        BUNDLE.name
    ].decode()


def test_a_public_page_loads_at_most_12_kb_of_style(app: Flask) -> None:
    for style in ["public", "home", "waiting", "records", "article"]:
        served = read_catalogue(STATIC, STYLE_BUNDLES).by_name[bundle_named(style).name]
        assert 0 < len(served.content) <= MOST_BYTES


def test_a_page_links_one_style_sheet(app: Flask, client: FlaskClient) -> None:
    make_list()
    for path, style in (("/fr/join/national", "public"), ("/fr/privacy", "records")):
        linked = re.findall(r'rel="stylesheet" href="([^"]+)"', client.get(path).text)
        assert [plain_name(each) for each in linked] == [f"/static/style/{style}.css"]


def test_every_component_is_in_a_bundle() -> None:
    loaded = {*chain.from_iterable(each.components for each in STYLE_BUNDLES)}
    assert {each.stem for each in STYLES.glob("*.css")} == loaded


def test_every_class_of_a_public_page_is_in_its_style_sheet() -> None:
    faults = []
    for template in sorted((TEMPLATES / "public").rglob("*.html")):
        components = bundle_named(style_of(template)).components
        known = styled_classes(components) | WITHOUT_FORM
        faults += [f"{template.stem}: {each}" for each in sorted(classes_in(template) - known)]
    assert not faults


def pages_of(template: Path) -> set[Path]:
    """Return the pages that show a template: itself, or those that include a part of pages."""
    if template.parent.name != "parts":
        return {template}
    name = template.relative_to(TEMPLATES).as_posix()
    users = [each for each in own_templates() if f'"{name}"' in each.read_text(encoding="utf-8")]
    return set(chain.from_iterable(map(pages_of, users)))


@pytest.mark.parametrize("style", ["week", "starts"])
def test_a_class_of_some_pages_alone_is_used_where_its_style_is_loaded(style: str) -> None:
    own = styled_classes((style,)) - styled_classes(bundle_named("console").components)
    users = [each for each in own_templates() if classes_in(each) & own]
    pages = set(chain.from_iterable(map(pages_of, users)))
    link = f"filename='style/{style}.css'"
    assert pages
    assert {each for each in pages if link not in each.read_text(encoding="utf-8")} == set()


@pytest.mark.parametrize(
    ("written", "served"),
    [
        ("/* why */\na { color: red; }\n", "a{color:red}"),
        ("a,\n  b > c { margin: 0 auto;\n padding: 0 }", "a,b>c{margin:0 auto;padding:0}"),
        (
            'a { top: 0.5rem; left: 10.05em } b { content: "0.5" }',
            'a{top:.5rem;left:10.05em}b{content:"0.5"}',
        ),
        ("a { width: calc(1px + 2px) }", "a{width:calc(1px + 2px)}"),
        ("main a :hover, a:hover { top: 0 }", "main a :hover,a:hover{top:0}"),
        ('a { content: "; /* x */  } "; }', 'a{content:"; /* x */  } "}'),
        ("@media (min-width: 9em) { a { top: 0 } }", "@media (min-width:9em){a{top:0}}"),
    ],
)
def test_a_style_sheet_is_served_without_what_has_no_meaning(written: str, served: str) -> None:
    assert shorten(written) == served


def test_a_bundle_is_its_components_in_their_order() -> None:
    bundle = StyleBundle("style/two.css", ("second", "first"))
    contents = {"css/first.css": b"a { top: 0 }", "css/second.css": b"b { top: 0 }"}
    assert make_bundles(contents, [bundle]) == {"style/two.css": b"b{top:0}\na{top:0}"}
    with pytest.raises(NoSuchComponent, match=r"css/second\.css"):
        make_bundles({"css/first.css": b""}, [bundle])


def test_every_class_of_a_template_has_a_style() -> None:
    known = styled_classes() | WITHOUT_FORM
    unknown = {
        f"{each.relative_to(TEMPLATES)}: {name}"
        for each in own_templates()
        for name in classes_in(each) - known
    }
    assert unknown == set()


def test_every_class_of_a_style_sheet_is_in_a_template_or_a_script() -> None:
    sources = [*own_templates(), *SCRIPTS.rglob("*.js")]
    text = "".join(each.read_text(encoding="utf-8") for each in sources)
    words = set(re.findall(r"[a-z][\w-]*", text))
    unused = {each for each in styled_classes() - words if not MADE_OF_PARTS.fullmatch(each)}
    assert unused == set()


def test_a_bundle_runs_each_module_once_before_those_that_import_it() -> None:
    text = joined(
        main='import { one } from "./one.js";\nimport { two } from "./two.js";\none(two);\n',
        two='import { one } from "./one.js";\nexport const two = one;\n',
        one="// Why.\n\nexport function one() {\n  return 1;\n}\n",
    )
    assert text == (
        "const module0 = (() => {\nfunction one() {\nreturn 1;\n}\nreturn { one };\n})();\n"
        "const module1 = (() => {\nconst { one } = module0;\nconst two = one;\n"
        "return { two };\n})();\n"
        "const module2 = (() => {\nconst { one } = module0;\nconst { two } = module1;\n"
        "one(two);\nreturn {  };\n})();\n"
    )


def test_a_bundle_exports_what_its_first_module_does() -> None:
    text = joined(
        main='import { one } from "./one.js";\nexport const start = one;\n',
        one="export const one = 1;\n",
    )
    assert text.endswith("export const { start } = module1;\n")


def test_what_is_vendored_stays_an_import() -> None:
    text = joined(main='import { a } from "../../vendor/lib.js";\na();\n')
    assert text.startswith('import * as module0 from "../vendor/lib.js";\n')
    assert "const { a } = module0;" in text


@pytest.mark.parametrize(
    ("other", "what"), [("main", "main.js → js/two/main.js"), ("gone", "main.js → js/two/gone.js")]
)
def test_modules_that_import_each_other_or_nothing_are_refused(other: str, what: str) -> None:
    with pytest.raises(ModuleProblem, match=re.escape(what)):
        joined(main=f'import {{ a }} from "./{other}.js";\n')


def test_the_composer_loads_at_most_95_kb_and_names_its_files_by_their_hashes() -> None:
    files = read_catalogue(STATIC, BUNDLES).by_name
    composer, vendored = files["script/composer.js"], files["vendor/prosemirror.js"]
    sizes = [len(gzip.compress(each.content, 9)) for each in (composer, vendored)]
    assert sum(sizes) <= MOST_COMPRESSED, sizes
    imported = re.findall(r' from "\.\./([^"]+)"', composer.content.decode())
    assert [plain_name(each) for each in imported] == ["vendor/prosemirror.js"]
    assert imported == [vendored.hashed_name]


def test_a_module_of_the_editor_is_short_and_says_what_it_is_for() -> None:
    texts = {each: each.read_text(encoding="utf-8") for each in MODULES}
    assert not [each for each, text in texts.items() if not text.startswith("// ")]
    assert not [each for each, text in texts.items() if text.count("\n") > LONGEST_MODULE]
    assert not [each for each, text in texts.items() if NOT_PLAIN.search(text)]
