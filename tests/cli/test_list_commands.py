"""`flask lists` creates and changes lists, and shows their figures."""

import json

from flask.testing import FlaskCliRunner

from supporters.consent.models import Method
from supporters.lists.models import ListStatus, list_all_words
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


def test_invalid_list_is_refused_in_one_line(runner: FlaskCliRunner) -> None:
    cases = [
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
    ]
    for slug, name in cases:
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
        "status": "open",
        "is_offered_elsewhere": True,
        "signup_url": "http://localhost/fr/join/paris",
    }


def test_all_lists_are_shown_as_one_object(runner: FlaskCliRunner) -> None:
    make_list("paris", "À Paris")
    make_list("brest", "À Brest")
    shown = runner.invoke(args=["lists", "show", "--json"])
    assert [each["slug"] for each in json.loads(shown.output)["lists"]] == ["paris", "brest"]


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


def run(runner: FlaskCliRunner, *arguments: str) -> str:
    """Return the output of a command of this group that succeeds."""
    done = runner.invoke(args=["lists", *arguments])
    assert done.exit_code == 0, done.output
    return done.output


def fail(runner: FlaskCliRunner, *arguments: str) -> str:
    """Return the error of a command of this group that fails."""
    done = runner.invoke(args=["lists", *arguments])
    assert done.exit_code == 1, done.output
    return done.stderr


def test_a_draft_is_opened_closed_and_deleted(runner: FlaskCliRunner) -> None:
    run(runner, "create", "paris", "--name", "Paris", "--draft", "--language", "en")
    assert find_list_by_slug("paris").status is ListStatus.DRAFT  # type: ignore[union-attr]
    assert run(runner, "open", "paris") == "http://localhost/fr/join/paris\n"
    run(runner, "close", "paris")
    assert "not open" in fail(runner, "close", "paris")
    run(runner, "delete", "paris")
    assert find_list_by_slug("paris") is None


def test_words_of_a_language_change_and_the_others_stay(runner: FlaskCliRunner) -> None:
    make_list("paris", "À Paris")
    run(runner, "words", "paris", "--language", "en", "--name", "In Paris")
    found = find_list_by_slug("paris")
    assert found is not None
    assert [each.name for each in list_all_words(found)] == ["À Paris", "In Paris"]
    assert "already" in fail(runner, "words", "paris", "--language", "en", "--name", "In Paris")


def test_lists_are_moved_and_offered(runner: FlaskCliRunner) -> None:
    make_list("paris"), make_list("lyon")
    assert run(runner, "move", "lyon", "up") == "lyon paris\n"
    assert "end" in fail(runner, "move", "lyon", "up")
    run(runner, "offer", "lyon", "own-page")
    shown = json.loads(run(runner, "show", "lyon", "--json"))
    assert shown["is_offered_elsewhere"] is False


def test_a_list_with_people_is_not_deleted(runner: FlaskCliRunner) -> None:
    make_subscriber("ada@example.org", make_list("paris"))
    assert "its records stay" in fail(runner, "delete", "paris")
    assert find_list_by_slug("paris") is not None


def test_an_unknown_list_is_named(runner: FlaskCliRunner) -> None:
    assert "no list with the address nowhere" in fail(runner, "open", "nowhere")
