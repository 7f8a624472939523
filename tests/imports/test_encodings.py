"""The encoding of a file is found, or the file is rejected with the reason."""

import io

import pytest

from supporters.imports.encodings import TextError, UndecodableText, find_encoding

TEXT = "email;prénom\r\nanne@example.org;Zoé\r\n"


@pytest.mark.parametrize(
    ("written_in", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("cp1252", "cp1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found(written_in: str, found: str) -> None:
    text = TEXT if written_in != "ascii" else "email\nanne@example.org\n"
    assert find_encoding(io.BytesIO(text.encode(written_in))) == found


def test_the_first_accent_may_come_late_in_the_file() -> None:
    text = "email\n" + "anne@example.org\n" * 100_000 + "Zoé\n"
    assert find_encoding(io.BytesIO(text.encode())) == "utf-8"
    assert find_encoding(io.BytesIO(text.encode("cp1252"))) == "cp1252"


@pytest.mark.parametrize("content", [b"", b"\r\n \r\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file_is_rejected(content: bytes) -> None:
    assert find_encoding(io.BytesIO(content)) is TextError.EMPTY


@pytest.mark.parametrize("content", [b"PK\x03\x04xlsx", b"\xd0\xcf\x11\xe0xls", b"\x1f\x8bgz"])
def test_a_workbook_or_an_archive_is_rejected_as_a_workbook(content: bytes) -> None:
    assert find_encoding(io.BytesIO(content)) is TextError.WORKBOOK


@pytest.mark.parametrize("content", [b"%PDF-1.7 x", b"\x89PNG\r\n", bytes(range(32)) * 9])
def test_a_binary_file_is_rejected(content: bytes) -> None:
    assert find_encoding(io.BytesIO(content)) is TextError.BINARY


@pytest.mark.parametrize(
    ("content", "line"),
    [("é\na\n".encode() + b"\xff\n", 3), (b"caf\xe9\n\x81\n", 2), ("é\n".encode() + b"\xc3", 2)],
)
def test_invalid_bytes_are_reported_with_their_line(content: bytes, line: int) -> None:
    with pytest.raises(UndecodableText) as caught:
        find_encoding(io.BytesIO(content))
    assert caught.value.line == line
