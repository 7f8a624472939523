"""The files for nginx know our addresses: those of signups, and those that carry a token."""

import re
from pathlib import Path

import pytest
from flask import Flask

from supporters.languages import LANGUAGES
from tests.servers.processes import ROOT
from tests.servers.programs import find_program

FOLDER = ROOT / "contrib" / "nginx"
SECRET = "WyJhIiwic2VjcmV0Il0.aZ-_9"
MAP = re.compile(r"map \$uri \$beginning_of_path \{(.*?)\n\}", re.DOTALL)


def logged_part(path: str) -> str:
    """Return what the access log has of a path."""
    table = MAP.search((FOLDER / "supporters.conf").read_text())
    assert table is not None
    for pattern in re.findall(r'"~(.+?)" \$1;', table[1]):
        if found := re.search(pattern, path):
            return str(found[1])
    return "/"


def test_the_log_has_no_part_of_an_address_that_differs_between_visitors(app: Flask) -> None:
    rules = [
        re.sub(r"<any\(.*?\):lang_code>", "fr", str(each)) for each in app.url_map.iter_rules()
    ]
    paths = {re.sub(r"<.*?>", SECRET, each) for each in rules}
    assert sum(SECRET in each for each in paths) > 100
    assert [each for each in paths if SECRET in logged_part(each)] == []
    assert logged_part("/fr/leave/abc") == "/fr/leave/"
    assert logged_part("/leave/abc") == "/leave/"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["join/a-b", "join/a-b/check", "embed/a-b", "stall/a-b"])
def test_the_evening_of_a_broadcast_knows_the_pages_of_each_language(
    language: str, page: str
) -> None:
    assert is_of_the_evening(f"/{language}/{page}")


@pytest.mark.parametrize("path", ["/la-lettre", "/join/la-lettre", "/api/forms/la-lettre", "/fr"])
def test_the_evening_of_a_broadcast_knows_short_addresses_and_programs(path: str) -> None:
    assert is_of_the_evening(path)


@pytest.mark.parametrize("path", ["/console/", "/i/a.png", "/static/a.css", "/fr/leave/abc"])
def test_other_pages_are_not_of_the_evening(path: str) -> None:
    assert not is_of_the_evening(path)


def is_of_the_evening(path: str) -> bool:
    """Tell whether the block for signups takes a path."""
    block = re.search(r"^location ~ (\S+) \{", (FOLDER / "signups.conf").read_text(), re.MULTILINE)
    assert block is not None
    return re.search(block[1], path) is not None


def test_folders_that_nginx_writes_into_are_made_by_its_package() -> None:
    find_program("nginx", "nginx-light")
    places = re.compile(r"^ *(?:proxy_cache_path|access_log|error_log) (/\S+)", re.MULTILINE)
    written = places.findall((FOLDER / "supporters.conf").read_text())
    assert len(written) == 3
    assert [each for each in written if not Path(each).parent.is_dir()] == []
