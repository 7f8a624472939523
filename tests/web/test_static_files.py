"""Static files: cached for a year under hashed names, compressed, locked, only of their folder."""

import gzip
import hashlib
import json
import os
import re
import shutil
from pathlib import Path

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supporters.program_files import STATIC
from supporters.web.static_bundles import NoSuchFile, plain_name, read_catalogue
from supporters.web.static_copies import make_copies
from supporters.web.static_files import StaticFiles, current_static_files

FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "public, no-cache"
NO_BUNDLES = ()
FORMER = "css/base.0123456789ab.css"


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the copies that `make` makes; to compress them takes half a second."""
    folder = tmp_path_factory.mktemp("made") / "copies"
    make_copies(STATIC, folder)
    return folder


@pytest.fixture
def files(app: Flask, copies: Path, tmp_path: Path) -> StaticFiles:
    """Return the static files of the application, with copies of this test alone."""
    found = current_static_files()
    found.copies = shutil.copytree(copies, tmp_path / "copies")
    return found


def get(client: FlaskClient, name: str, accept: str = "gzip, deflate, br, zstd") -> TestResponse:
    """Ask for a static file as Chromium does."""
    return client.get(f"/static/{name}", headers={"Accept-Encoding": accept})


def make_folder(folder: Path, **contents: str) -> Path:
    """Return a folder with a style sheet and an image that it refers to."""
    plain = {"style": 'a { background: url("../img/tick.svg") }', "tick": "<svg/>"}
    for name, content in {**plain, **contents}.items():
        path = folder / ("css/base.css" if name == "style" else f"img/{name}.svg")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "contrib" / "vendor"
LICENCES = ROOT / "static" / "vendor" / "LICENSES.txt"


def test_pages_refer_to_files_by_names_that_browsers_keep_for_a_year(
    files: StaticFiles, client: FlaskClient
) -> None:
    html = client.get("/fr/").text
    names = re.findall(r'="/static/([^"#]+)', html)
    assert names
    for name in names:
        response = get(client, name)
        assert (response.status_code, response.headers["Cache-Control"]) == (200, FOR_A_YEAR)
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("name", ["css/base.css", "img/favicon.ico"])
def test_a_name_without_a_hash_answers_and_is_asked_for_each_time(
    files: StaticFiles, client: FlaskClient, name: str
) -> None:
    response = get(client, name)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, ASK_EACH_TIME)
    again = client.get(f"/static/{name}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_another_content_has_another_name(tmp_path: Path) -> None:
    before = read_catalogue(make_folder(tmp_path), NO_BUNDLES).by_name
    after = read_catalogue(make_folder(tmp_path, tick="<svg>bolder</svg>"), NO_BUNDLES).by_name
    for name in ("img/tick.svg", "css/base.css"):  # the style sheet refers to the image
        assert before[name].hashed_name != after[name].hashed_name


def test_style_sheets_refer_to_hashed_names(files: StaticFiles, client: FlaskClient) -> None:
    style = get(client, files.hashed_name("style/public.css"), accept="").text
    paths = re.findall(r'url\("\.\./([^"]+)"\)', style)
    assert paths
    assert {get(client, path).headers["Cache-Control"] for path in paths} == {FOR_A_YEAR}


def test_a_style_sheet_may_not_refer_to_a_file_that_is_not_there(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, style='a { background: url("../img/none.svg") }')
    with pytest.raises(NoSuchFile, match="none"):
        read_catalogue(folder, NO_BUNDLES)


def test_every_reference_of_our_style_sheets_is_found() -> None:
    for file in read_catalogue(STATIC, NO_BUNDLES).by_name.values():
        if file.name.endswith(".css"):
            paths = re.findall(r"url\(\s*[\"']?([^\"')]+)", file.content.decode())
            assert [path for path in paths if not plain_name(path)] == []


def test_the_smallest_form_that_the_browser_takes_is_sent(
    files: StaticFiles, client: FlaskClient
) -> None:
    cases = [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("*", "br"),
        ("br;q=0, *", "gzip"),
        ("br;q=0, gzip;q=0", None),
        ("br;q=oops", None),
        ("BR", "br"),
        ("identity", None),
        ("", None),
        ("\x7f;;q==,,", None),
    ]
    name = files.hashed_name("css/base.css")
    for accept, encoding in cases:
        response = get(client, name, accept)
        assert response.headers.get("Content-Encoding") == encoding
        assert response.headers["Vary"] == "Accept-Encoding"
        assert response.headers["Content-Type"] == "text/css; charset=utf-8"
        open_ = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
        assert open_(response.data) == files.catalogue.by_hashed_name[name].content


def test_each_form_has_its_own_tag(files: StaticFiles, client: FlaskClient) -> None:
    name = files.hashed_name("css/base.css")
    forms = {accept: get(client, name, accept) for accept in ("br", "gzip", "")}
    tags = {accept: response.headers["ETag"] for accept, response in forms.items()}
    assert len(set(tags.values())) == 3
    headers = {"Accept-Encoding": "br", "If-None-Match": tags["br"]}
    same = client.get(f"/static/{name}", headers=headers)
    other = client.get(f"/static/{name}", headers={**headers, "If-None-Match": tags["gzip"]})
    assert (same.status_code, same.data, other.status_code) == (304, b"", 200)
    assert (same.headers["Cache-Control"], same.headers["Vary"]) == (FOR_A_YEAR, "Accept-Encoding")


def test_asking_for_the_head_tells_the_length_and_sends_nothing(
    files: StaticFiles, client: FlaskClient
) -> None:
    path = f"/static/{files.hashed_name('css/base.css')}"
    headers = {"Accept-Encoding": "br"}
    whole, head = client.get(path, headers=headers), client.head(path, headers=headers)
    assert head.data == b""
    assert head.headers["Content-Length"] == str(len(whole.data))
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_a_page_of_the_former_version_gets_the_files_of_then(
    files: StaticFiles, client: FlaskClient, tmp_path: Path
) -> None:
    make_copies(
        make_folder(tmp_path / "former", style="a { color: red } " * 9), files.copies, NO_BUNDLES
    )
    former = read_catalogue(tmp_path / "former", NO_BUNDLES).by_name["css/base.css"].hashed_name
    make_copies(STATIC, files.copies)
    response = get(client, former)
    assert brotli.decompress(response.data).startswith(b"a { color: red }")
    assert response.headers["Cache-Control"] == FOR_A_YEAR


def test_a_hash_that_is_not_kept_gives_the_file_of_today_and_is_not_kept_for_long(
    files: StaticFiles, client: FlaskClient
) -> None:
    response = get(client, FORMER)
    assert response.data == files.catalogue.by_name["css/base.css"].content
    assert response.headers["Cache-Control"] == ASK_EACH_TIME


def test_files_are_served_where_no_copies_were_made(
    files: StaticFiles, client: FlaskClient, tmp_path: Path
) -> None:
    files.copies = tmp_path / "none"
    response = get(client, files.hashed_name("css/base.css"))
    assert response.data == files.catalogue.by_name["css/base.css"].content
    assert "Content-Encoding" not in response.headers
    assert response.headers["Cache-Control"] == FOR_A_YEAR


def test_no_other_file_is_handed_out(
    files: StaticFiles, client: FlaskClient, tmp_path: Path
) -> None:
    cases = [
        "../app.py",
        "%2e%2e/app.py",
        "..%2f..%2fapp.py",
        "css/../../app.py",
        "css/..%5c..%5capp.py",
        "../../../../etc/passwd",
        "../copies/../secret.0123456789ab.txt",
        "..%2fsecret.0123456789ab.txt",
        "/etc/passwd.0123456789ab.txt",
        "css/base.css%00.0123456789ab.css",
        "css/none.0123456789ab.css",
        f"css/{'x' * 300}.0123456789ab.css",
        "css/base.css.br",
        "css",
        "",
        ".",
    ]
    (tmp_path / "secret.0123456789ab.txt").write_text("secret")
    for name in cases:
        response = get(client, name)
        assert response.status_code in {404, 308}
        assert b"secret" not in response.data


def test_copies_that_are_made_again_are_the_same(files: StaticFiles) -> None:
    def written() -> dict[str, bytes]:
        paths = (path for path in files.copies.rglob("*") if path.is_file())
        return {path.name: path.read_bytes() for path in paths}

    before = written()
    make_copies(STATIC, files.copies)
    assert written() == before


def test_a_proxy_of_another_account_may_read_the_copies(tmp_path: Path) -> None:
    mask = os.umask(0o077)
    try:
        make_copies(make_folder(tmp_path / "source"), tmp_path / "made" / "copies", NO_BUNDLES)
    finally:
        os.umask(mask)
    paths = [tmp_path / "made", *(tmp_path / "made").rglob("*")]
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o644, 0o755}


def test_a_compressed_copy_that_would_be_larger_is_not_made(tmp_path: Path) -> None:
    make_copies(make_folder(tmp_path / "source"), tmp_path / "copies", NO_BUNDLES)
    assert [path.suffix for path in (tmp_path / "copies" / "img").iterdir()] == [".svg"]


def test_addresses_are_made_with_hashed_names(app: Flask) -> None:
    with app.test_request_context():
        assert plain_name(url_for("static", filename="img/mark.svg")) == "/static/img/mark.svg"


def test_the_vendored_files_have_the_sums_that_were_recorded() -> None:
    lines = (VENDOR / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 5
    for line in lines:
        recorded, _, name = line.partition("  ")
        assert hashlib.sha256((ROOT / name).read_bytes()).hexdigest() == recorded, (
            f"{name} differs. Run: make vendor"
        )


def test_the_lock_of_the_vendored_packages_names_no_host_and_each_licence_is_there() -> None:
    lock = json.loads((VENDOR / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name.rpartition("/")[2]: each for name, each in lock["packages"].items() if name}
    assert [name for name, each in packages.items() if "resolved" in each] == []
    assert {each["license"] for each in packages.values()} == {"MIT"}
    licences = LICENCES.read_text(encoding="utf-8")
    shipped = [name for name in packages if "linux" not in name and not _is_tool(name, packages)]
    assert [
        name for name in shipped if f"== {name} {packages[name]['version']} ==" not in licences
    ] == []


def _is_tool(name: str, packages: dict[str, dict[str, object]]) -> bool:
    """Tell whether nothing of a package is in the files: esbuild, its binaries, altcha's Argon2."""
    return name in {"esbuild", "hash-wasm"} or "cpu" in packages[name]
