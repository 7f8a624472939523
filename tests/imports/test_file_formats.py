"""The exports of four programs are detected by their first lines."""

from collections.abc import Sequence

import pytest

from supporters.imports.file_formats import (
    Columns,
    FileLayout,
    HeaderError,
    detect_layout,
    list_duplicate_names,
    unsubscribed_test,
)
from supporters.imports.models import ExportFormat

MAILCHIMP = (
    '"Email Address","First Name","Last Name",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,'
    "CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES"
)
MAILCHIMP_LEFT = "Email Address,First Name,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,LEID,EUID,NOTES"
LISTMONK = "uuid,email,name,attributes,status,created_at,updated_at"
PHPLIST = (
    "id\tEmail\tIs this user confirmed\tIs this user blacklisted\tEntered\tLast Modified\t"
    "Send this user HTML emails\tPrénom\tList Membership"
)


def layout_of(*lines: str) -> FileLayout:
    """Return the layout of a file with these first lines."""
    layout = detect_layout(lines)
    assert isinstance(layout, FileLayout)
    return layout


@pytest.mark.parametrize(
    ("header", "format_", "delimiter", "columns"),
    [
        (MAILCHIMP, ExportFormat.MAILCHIMP, ",", Columns(address=0, given_name=1)),
        (LISTMONK, ExportFormat.LISTMONK, ",", Columns(address=1, given_name=2)),
        (PHPLIST, ExportFormat.PHPLIST, "\t", Columns(address=1, given_name=7)),
        ("Adresse e-mail;Nom;Langue", ExportFormat.OTHER, ";", Columns(address=0, language=2)),
        ("E-MAIL,Prénom", ExportFormat.OTHER, ",", Columns(address=0, given_name=1)),
        ("Nom;Ville", ExportFormat.OTHER, ";", Columns()),
    ],
)
def test_a_header_shows_the_program_and_the_columns(
    header: str, format_: ExportFormat, delimiter: str, columns: Columns
) -> None:
    layout = layout_of(header, "x")
    assert (layout.format, layout.delimiter, layout.columns) == (format_, delimiter, columns)


@pytest.mark.parametrize(
    "lines",
    [
        ["anne@example.org", "boris@example.org"],
        ["Anne Person <anne@example.org>", "boris@example.org"],
        ['"anne@example.org"'],
    ],
)
def test_addresses_without_a_header_are_from_mailman(lines: Sequence[str]) -> None:
    layout = layout_of(*lines)
    assert (layout.format, [*layout.header]) == (ExportFormat.MAILMAN, [])
    assert layout.columns == Columns(address=0)


@pytest.mark.parametrize("line", ["anne@example.org,Anne,fr", "Anne;anne@example.org", ",,"])
def test_a_first_line_with_an_address_or_no_names_is_no_header(line: str) -> None:
    assert detect_layout([line, "boris@example.org,Boris,fr"]) is HeaderError.NO_HEADER


def test_two_columns_with_one_name_are_not_guessed() -> None:
    layout = layout_of("email,name,email", "x")
    assert layout.columns == Columns(given_name=1)
    assert list_duplicate_names(layout.header) == ["email"]


def test_a_file_with_too_many_columns_is_rejected() -> None:
    assert detect_layout([",".join(["x"] * 201)]) is HeaderError.TOO_MANY_COLUMNS


@pytest.mark.parametrize(
    ("header", "cells", "had_left"),
    [
        (MAILCHIMP_LEFT, ["a@x.fr", "A", "2020-01-01 10:00:00", "", "1", "2", ""], True),
        (MAILCHIMP_LEFT, ["a@x.fr", "A", "", "", "1", "2", ""], False),
        (LISTMONK, ["u", "a@x.fr", "A", "{}", "blocklisted", "", ""], True),
        (LISTMONK, ["u", "a@x.fr", "A", "{}", "enabled", "", ""], False),
        (PHPLIST, ["1", "a@x.fr", "1", "1", "", "", "1", "A", "news"], True),
        (PHPLIST, ["1", "a@x.fr", "0", "0", "", "", "1", "A", "news"], True),
        (PHPLIST, ["1", "a@x.fr", "1", "0", "", "", "1", "A", "news"], False),
        ("email,status", ["a@x.fr", "blocklisted"], False),
    ],
)
def test_the_export_shows_people_who_had_unsubscribed(
    header: str, cells: list[str], had_left: bool
) -> None:
    layout = layout_of(header, "x")
    assert unsubscribed_test(layout.format, layout.header)(cells) is had_left
