"""`flask lists` creates lists and shows their figures."""

import json

import pytest
from flask.testing import FlaskCliRunner

from supporters.consent.models import Method
from supporters.lists.queries import find_list_by_slug
from supporters.lists.subscriptions import unsubscribe_from_every_list
from tests.factories.lists import make_list
from tests.factories.signups import make_subscriber, request_to_join


def test_list_is_created_and_its_signup_page_is_printed(runner: FlaskCliRunner) -> None:
    made = runner.invoke(args=["lists", "create", "paris", "--name", "À Paris"])
    found = find_list_by_slug("paris")
    assert made.output == "http://localhost/fr/join/paris\n"
    assert found is not None
    assert (found.name, found.description) == ("À Paris", "")


def test_second_list_with_the_same_address_is_refused(runner: FlaskCliRunner) -> None:
    make_list("paris")
    made = runner.invoke(args=["lists", "create", "paris", "--name", "Encore"])
    assert made.exit_code == 1
    assert made.stderr.startswith("Error: A list with the address paris exists already.")


@pytest.mark.parametrize(
    ("slug", "name"),
    [
        ("Paris", "À Paris"),
        ("pa ris", "À Paris"),
        ("-paris", "À Paris"),
        ("p" * 61, "À Paris"),
        ("paris", ""),
        ("paris", " "),
        ("paris", "a\nb"),
        ("paris", "a\0b"),
        ("paris", "a\udcffb"),
        ("paris", "n" * 121),
    ],
)
def test_invalid_list_is_refused_in_one_line(runner: FlaskCliRunner, slug: str, name: str) -> None:
    made = runner.invoke(args=["lists", "create", "--name", name, "--", slug])
    assert made.exit_code == 1
    assert made.stderr.startswith("Error: Invalid value for")
    assert made.stderr.count("\n") == 1


def test_figures_count_confirmed_pending_and_former_subscribers(runner: FlaskCliRunner) -> None:
    mailing_list = make_list("paris", "À Paris")
    make_subscriber("ada@example.org", mailing_list)
    make_subscriber("bob@example.org", mailing_list)
    gone = make_subscriber("cleo@example.org", mailing_list)
    unsubscribe_from_every_list(gone.id, Method.PAGE)
    request_to_join("dora@example.org", mailing_list)
    shown = runner.invoke(args=["lists", "show", "paris", "--json"])
    assert json.loads(shown.output) == {
        "id": mailing_list.id,
        "slug": "paris",
        "name": "À Paris",
        "confirmed": 2,
        "pending": 1,
        "left": 1,
        "is_open": True,
        "signup_url": "http://localhost/fr/join/paris",
    }


def test_all_lists_are_shown_as_one_object(runner: FlaskCliRunner) -> None:
    make_list("paris", "À Paris")
    make_list("brest", "À Brest")
    shown = runner.invoke(args=["lists", "show", "--json"])
    assert [each["slug"] for each in json.loads(shown.output)["lists"]] == ["brest", "paris"]


def test_lists_are_shown_to_people_in_columns(runner: FlaskCliRunner) -> None:
    make_list("paris", "À Paris")
    lines = runner.invoke(args=["lists", "show"]).output.splitlines()
    assert lines[0].split()[:3] == ["id", "slug", "name"]
    assert lines[1].split()[1:4] == ["paris", "À", "Paris"]


def test_without_lists_the_command_to_create_one_is_named(runner: FlaskCliRunner) -> None:
    shown = runner.invoke(args=["lists", "show"])
    assert "flask lists create" in shown.output
    assert shown.exit_code == 0


def test_unknown_list_cannot_be_shown(runner: FlaskCliRunner) -> None:
    shown = runner.invoke(args=["lists", "show", "nowhere", "--json"])
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "There is no list with the address nowhere." in shown.stderr
