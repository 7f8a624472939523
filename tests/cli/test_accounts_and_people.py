"""`flask organisers`, `flask people`, `flask rights` and `flask retention`."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from supporters import clock
from supporters.accounts.models import RoleName
from supporters.accounts.queries import find_organiser_by_email, list_organisers
from supporters.consent.queries import is_suppressed
from supporters.consent.suppression import EVERYTHING
from supporters.database import db
from supporters.mail.models import EmailKind
from supporters.people.addresses import address_mac
from supporters.people.queries import find_subscriber_by_key
from supporters.signup.queries import find_request
from supporters.team.team_invitations import accept_team_invitation
from tests.factories.accounts import PASSWORD, make_organiser, make_owner
from tests.factories.campaigns import subscriber_at
from tests.factories.drafts import make_campaign
from tests.factories.lists import make_list
from tests.factories.signups import ADDRESS, make_subscriber, request_to_join, values_in
from tests.web.console.pages import emails

pytestmark = pytest.mark.either_database


def run(runner: FlaskCliRunner, word: str, address: str = ADDRESS) -> tuple[int, str]:
    """Run a command with an address on standard input; return its status and output."""
    result = runner.invoke(args=["rights", word], input=f"{address}\n")
    db.session.rollback()
    db.session.expire_all()
    return result.exit_code, result.output


def test_first_account_must_be_an_owner(runner: FlaskCliRunner, app: object) -> None:
    invited = runner.invoke(args=["organisers", "invite", "ada@parti.example"])
    assert (invited.exit_code, invited.stdout) == (1, "")
    assert "Add: --role owner" in invited.stderr
    assert not list_organisers()


FIRST = ["organisers", "invite", "Ada@Parti.example", "--role", "owner", "--print-link"]


def test_first_owner_chooses_a_password_on_the_printed_page(runner: FlaskCliRunner) -> None:
    link = runner.invoke(args=FIRST).stdout.strip()
    accept_team_invitation(link.rpartition("/")[2], PASSWORD)
    ada = find_organiser_by_email("ada@parti.example")
    assert link.startswith("http://localhost/console/welcome/")
    assert ada is not None
    assert ada.has_role(RoleName.OWNER.value)
    assert (bool(ada.password), ada.is_address_unproved) == (True, True)


@pytest.mark.parametrize("role", ["owner", "organiser"])
def test_link_of_a_later_account_is_not_printed(runner: FlaskCliRunner, role: str) -> None:
    make_owner()
    bob = ["organisers", "invite", "bob@parti.example", "--role", role]
    refused = runner.invoke(args=[*bob, "--print-link"])
    assert (refused.exit_code, find_organiser_by_email("bob@parti.example")) == (1, None)
    sent = runner.invoke(args=bob)
    assert (sent.exit_code, "/console/welcome/" in sent.output) == (0, False)


def test_link_is_printed_only_with_the_option(runner: FlaskCliRunner, app: object) -> None:
    assert runner.invoke(args=FIRST[:-1]).output == "The invitation is being sent.\n"


def test_number_of_invitations_without_answer_is_limited(runner: FlaskCliRunner) -> None:
    make_owner()
    again = [runner.invoke(args=["organisers", "invite", "bob@parti.example"]) for _ in range(7)]
    assert [each.exit_code for each in again] == [0, 0, 0, 0, 0, 1, 1]
    assert "invited 5 times without an answer" in again[-1].stderr


def test_account_that_exists_is_not_invited_again(runner: FlaskCliRunner, app: object) -> None:
    make_owner("ada@parti.example")
    invited = runner.invoke(args=["organisers", "invite", "ada@parti.example"])
    assert invited.exit_code == 1
    assert "has an account already" in invited.stderr


def test_accounts_are_listed(runner: FlaskCliRunner, app: object) -> None:
    make_owner("ada@parti.example")
    rows = json.loads(runner.invoke(args=["organisers", "list", "--json"]).output)["organisers"]
    assert [(row["email"], row["role"], row["is_active"]) for row in rows] == [
        ("ada@parti.example", "owner", True)
    ]


def roles(email: str) -> set[str]:
    """Return the roles and rights of an account."""
    found = find_organiser_by_email(email)
    assert found is not None
    return {str(role.name) for role in found.roles}


def test_command_makes_an_owner_at_once_and_tells_all(runner: FlaskCliRunner, app: object) -> None:
    make_owner("ada@parti.example"), make_organiser("bob@parti.example")
    changed = runner.invoke(args=["organisers", "role", "bob@parti.example", "owner"])
    assert (changed.exit_code, roles("bob@parti.example")) == (0, {"owner"})
    told = [values_in(each)["notice"] for each in emails(EmailKind.SECURITY_NOTICE)]
    assert told == ["owner_granted"] * 3  # both owners, and the officer


def test_command_that_invites_an_owner_tells_all(runner: FlaskCliRunner, app: object) -> None:
    make_owner("ada@parti.example")
    for role in ("owner", "organiser"):
        runner.invoke(args=["organisers", "invite", f"{role}@parti.example", "--role", role])
    told = [values_in(each) for each in emails(EmailKind.SECURITY_NOTICE)]
    assert [each["notice"] for each in told] == ["owner_granted"] * 2  # ada, and the officer
    assert {each["account"] for each in told} == {"owner@parti.example"}


def test_command_does_not_demote_the_last_owner(runner: FlaskCliRunner, app: object) -> None:
    make_owner("ada@parti.example")
    refused = runner.invoke(args=["organisers", "role", "ada@parti.example", "dpo"])
    assert (refused.exit_code, roles("ada@parti.example")) == (1, {"owner"})
    assert "This is the last owner" in refused.stderr


@pytest.mark.parametrize(("right", "role"), [("approve", "approver"), ("export", "exporter")])
def test_command_grants_and_revokes_a_right(runner: FlaskCliRunner, right: str, role: str) -> None:
    make_organiser("bob@parti.example")
    runner.invoke(args=["organisers", "grant", "bob@parti.example", right])
    assert roles("bob@parti.example") == {"organiser", role}
    runner.invoke(args=["organisers", "revoke", "bob@parti.example", right])
    assert roles("bob@parti.example") == {"organiser"}


def test_command_limits_an_organiser_to_lists(runner: FlaskCliRunner, app: object) -> None:
    make_list("lyon", "Lyon"), make_organiser("bob@parti.example")
    bob = ["organisers", "limit", "bob@parti.example"]
    assert runner.invoke(args=[*bob, "--list", "lyon"]).exit_code == 0
    rows = json.loads(runner.invoke(args=["organisers", "list", "--json"]).output)["organisers"]
    assert rows[0]["lists"] == "lyon"
    assert runner.invoke(args=[*bob, "--all"]).exit_code == 0
    rows = json.loads(runner.invoke(args=["organisers", "list", "--json"]).output)["organisers"]
    assert rows[0]["lists"] == "all"


def test_limit_that_is_not_possible_says_why(runner: FlaskCliRunner, app: object) -> None:
    make_list("lyon", "Lyon"), make_organiser("bob@parti.example"), make_owner("ada@parti.example")
    cases = [
        (["bob@parti.example"], "Name the lists with --list"),
        (["bob@parti.example", "--all", "--list", "lyon"], "Name the lists with --list"),
        (["bob@parti.example", "--list", "paris"], "There is no list paris"),
        (["ada@parti.example", "--list", "lyon"], "Only an organiser can be limited"),
        (["nobody@parti.example", "--list", "lyon"], "No account has this address"),
    ]
    for arguments, reason in cases:
        refused = runner.invoke(args=["organisers", "limit", *arguments])
        assert (refused.exit_code, reason in refused.stderr) == (1, True)


def test_account_is_disabled_and_enabled(runner: FlaskCliRunner, app: object) -> None:
    account = make_organiser("bob@parti.example")
    make_owner("ada@parti.example")
    runner.invoke(args=["organisers", "disable", "Bob@parti.example"])
    assert not account.active
    runner.invoke(args=["organisers", "enable", "bob@parti.example"])
    assert account.active


def test_last_owner_is_not_disabled(runner: FlaskCliRunner, app: object) -> None:
    owner = make_owner("ada@parti.example")
    answer = runner.invoke(args=["organisers", "disable", "ada@parti.example"])
    assert answer.exit_code == 1
    assert "the last owner" in answer.stderr
    assert owner.active


@pytest.mark.parametrize("order", ["disable", "enable"])
def test_unknown_account_is_refused(runner: FlaskCliRunner, app: object, order: str) -> None:
    answer = runner.invoke(args=["organisers", order, "nobody@parti.example"])
    assert answer.exit_code == 1
    assert answer.stderr == "Error: No account has this address. See: flask organisers list\n"


def test_wrong_address_is_refused_and_not_repeated(runner: FlaskCliRunner, app: object) -> None:
    answer = runner.invoke(args=["organisers", "invite", "ada at parti", "--role", "owner"])
    assert answer.exit_code == 1
    assert "ada at parti" not in answer.stderr


def test_objection_unsubscribes_a_known_person_for_good(runner: FlaskCliRunner) -> None:
    mailing_list = make_list()
    make_subscriber("ada@example.org", mailing_list)
    runner.invoke(args=["people", "object"], input="ADA@example.org\n")
    campaign = make_campaign(mailing_list)
    launched = runner.invoke(args=["campaigns", "launch", str(campaign.id)])
    assert "Nobody on the list" in launched.stderr


def test_objection_is_answered_the_same_for_known_and_unknown(runner: FlaskCliRunner) -> None:
    make_subscriber("ada@example.org", make_list())
    known = runner.invoke(args=["people", "object", "ada@example.org"])
    unknown = runner.invoke(args=["people", "object", "-"], input="bob@example.org\n")
    assert (known.exit_code, known.output) == (unknown.exit_code, unknown.output)


def test_objection_needs_an_address(runner: FlaskCliRunner, app: object) -> None:
    for typed in [b"", b"nobody", b"a@b\0.example", b"\xff@example.org"]:
        answer = runner.invoke(args=["people", "object"], input=typed)
        assert answer.exit_code == 1
        assert "Nothing was changed." in answer.stderr


def test_retention_purges_data_past_its_retention_time(runner: FlaskCliRunner, app: object) -> None:
    public_id = request_to_join("ada@example.org", make_list())
    with time_machine.travel(clock.now() + timedelta(hours=73), tick=False):
        ran = runner.invoke(args=["retention", "run", "--json"])
    assert json.loads(ran.output)["categories"]["signups"]["deleted"] == 1
    assert find_request(public_id) is None


def test_a_person_is_erased(app: Flask, runner: FlaskCliRunner) -> None:
    make_subscriber(ADDRESS, make_list())
    status, words = run(runner, "erase")
    assert (status, ADDRESS in words) == (0, False)
    assert find_subscriber_by_key(ADDRESS) is None
    assert run(runner, "erase")[0] == 0


def test_erasing_an_unknown_address_suppresses_it(app: Flask, runner: FlaskCliRunner) -> None:
    assert run(runner, "erase")[0] == 0
    assert is_suppressed(address_mac(ADDRESS), [EVERYTHING], clock.now())


@pytest.mark.parametrize("lift", ["lift-restriction", "release"], ids=["today", "former"])
def test_a_person_is_restricted_and_the_restriction_lifted(
    app: Flask, runner: FlaskCliRunner, lift: str
) -> None:
    make_subscriber(ADDRESS, make_list())
    assert run(runner, "restrict")[0] == 0
    assert subscriber_at(ADDRESS).restricted_at is not None
    assert run(runner, lift)[0] == 0
    assert subscriber_at(ADDRESS).restricted_at is None


@pytest.mark.parametrize("word", ["restrict", "lift-restriction"])
def test_an_unknown_address_is_refused(app: Flask, runner: FlaskCliRunner, word: str) -> None:
    assert run(runner, word)[0] == 1


def test_an_invalid_address_is_refused_in_one_line(app: Flask, runner: FlaskCliRunner) -> None:
    for word in ["erase", "restrict", "lift-restriction"]:
        for typed in ["", "camille", "a@b\0c", "é@example.org"]:
            status, words = run(runner, word, typed)
            assert (status, words.count("\n")) == (1, 1)


def test_the_former_name_of_lift_restriction_is_hidden(app: Flask, runner: FlaskCliRunner) -> None:
    shown = runner.invoke(args=["rights", "--help"]).output
    assert ("lift-restriction" in shown, "release" in shown) == (True, False)
