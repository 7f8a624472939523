"""Other programs read the tiles of the tree at the places that C2SP tlog-tiles gives them."""

import pytest
from flask import Flask

from supporters.database import db, transaction
from supporters.transparency_log.merkle_tree import HASH_BYTES, WIDTH
from supporters.transparency_log.models import LogTile
from supporters.transparency_log.published_tiles import find_tile, name_tile

pytestmark = pytest.mark.usefixtures("app")
FULL, HALF = bytes(range(256)) * HASH_BYTES, bytes(range(128)) * HASH_BYTES


@pytest.fixture(autouse=True)
def _tiles(app: Flask) -> None:
    with transaction():
        db.session.add_all(
            [
                LogTile(level=0, number=0, hashes=FULL),
                LogTile(level=0, number=1_234_067, hashes=HALF),
                LogTile(level=1, number=0, hashes=FULL[:HASH_BYTES]),
            ]
        )


@pytest.mark.parametrize(
    ("number", "name"),
    [(0, "000"), (999, "999"), (1_000, "x001/000"), (1_234_067, "x001/x234/067")],
)
def test_a_number_has_one_name(number: int, name: str) -> None:
    assert name_tile(number) == name


@pytest.mark.parametrize(
    ("place", "hashes"),
    [
        ("0/000", FULL),
        ("0/000.p/3", FULL[: 3 * HASH_BYTES]),
        ("0/x001/x234/067.p/128", HALF),
        ("0/x001/x234/067.p/1", HALF[:HASH_BYTES]),
        ("1/000.p/1", FULL[:HASH_BYTES]),
    ],
)
def test_a_tile_is_cut_to_the_width_that_is_asked_for(place: str, hashes: bytes) -> None:
    assert len(FULL) == WIDTH * HASH_BYTES
    assert find_tile(place) == hashes


@pytest.mark.parametrize(
    "place",
    [
        *("", "0", "0/", "0/0", "0/00", "00/000", "64/000", "-1/000", "0/001", "2/000"),
        *("0/x000/000", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/", "0/000/"),
        *("0/x001/x234/067", "0/x001/x234/067.p/129", "1/000", "1/000.p/2", "entries/000"),
        *(
            "0/x999/x999/x999/x999/x999/999",
            "0/x999/x999/x999/x999/x999/x999/999",
            "0/\u0660\u0660\u0660",
        ),
    ],
)
def test_there_is_no_other_place_and_no_empty_tile(place: str) -> None:
    assert find_tile(place) is None
