"""Scripts of several modules are one file, small enough, and of modules that one can read."""

import gzip
import re

import pytest

from supporters.web.hashed_files import BUNDLES, plain_name, read_catalogue
from supporters.web.script_bundles import ModuleProblem, ScriptBundle, make_scripts
from supporters.web.static_copies import SOURCE

MODULES = sorted(SOURCE.glob("js/composer/*.js")) + sorted(SOURCE.glob("js/together/*.js"))
BUNDLE = ScriptBundle("script/two.js", "js/two/main.js", "js/two/")
MOST_COMPRESSED = 90_000
LONGEST_MODULE = 120
NOT_PLAIN = re.compile(  # the page gives the address of a script that is loaded later
    r"export (default|\{|\*)|^import (?!\{)|import\((?!draft\.urls\.)", re.MULTILINE
)


def joined(**modules: str) -> str:
    """Return the bundle of modules; their folder also has a vendored file."""
    contents = {f"js/two/{name}.js": text.encode() for name, text in modules.items()}
    return make_scripts({**contents, "vendor/lib.js": b"export const a = 1;\n"}, [BUNDLE])[
        BUNDLE.name
    ].decode()


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


def test_the_composer_loads_at_most_90_kb_and_names_its_files_by_their_hashes() -> None:
    files = read_catalogue(SOURCE, BUNDLES).by_name
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
