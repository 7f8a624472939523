"""The edition of the site changes with everything that all visitors share."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from supporters.archive.publication import withdraw_issue
from supporters.consent.consent_events import current_controller
from supporters.consent.models import OptionalPurpose, PurposeKind
from supporters.consent.page_snapshots import store_page_snapshot
from supporters.consent.rules import WordingChange
from supporters.database import db, transaction
from supporters.fast_path.site_edition import (
    CachedValues,
    EditionChanged,
    cached_values,
    check_edition,
    find_cached,
    find_cached_rows,
    read_edition,
    try_editions,
    use_edition,
    use_present_edition,
)
from supporters.lists.list_thanks import ThanksText, change_thanks
from supporters.lists.mailing_lists import close_list, open_list
from supporters.lists.models import ListText, MailingList
from supporters.lists.purpose_changes import (
    change_wording,
    create_optional_purpose,
    show_purpose_on_pages,
)
from supporters.retention.models import RetentionRule
from tests.factories.issues import make_issue
from tests.factories.lists import SENTENCES, make_list
from tests.factories.signups import make_subscriber
from tests.factories.themes import choose_theme

pytestmark = pytest.mark.usefixtures("app")


def rename(mailing_list: MailingList) -> None:
    """Change the name of a list."""
    with transaction():
        db.session.merge(mailing_list).name = "Another name"


def translate(mailing_list: MailingList) -> None:
    """Give a list a name in a further language."""
    with transaction():
        text = ListText(language="en", name="The Letter", description="")
        db.session.merge(mailing_list).texts.append(text)


def add_controller(_: MailingList) -> None:
    with transaction():
        current_controller()


def change_retention(_: MailingList) -> None:
    """Change every retention time."""
    with transaction():
        db.session.query(RetentionRule).filter(RetentionRule.days.is_not(None)).update({"days": 99})


def offer_a_purpose(_: MailingList) -> None:
    """Show a purpose without a list on the pages."""
    purpose = create_optional_purpose(PurposeKind.TARGETING, SENTENCES)
    show_purpose_on_pages(purpose.id)  # type: ignore[union-attr]


CHANGES: dict[str, Callable[[MailingList], object]] = {
    "new list": lambda _: make_list("other", "Other"),
    "renamed list": rename,
    "translated list": translate,
    "closed list": lambda each: close_list(each.id),
    "opened list": lambda each: (close_list(each.id), open_list(each.id)),
    "new words": lambda each: change_wording(
        each.purpose_id, SENTENCES, WordingChange.SAME_MEANING
    ),
    "new meaning": lambda each: change_wording(each.purpose_id, SENTENCES, WordingChange.MATERIAL),
    "offered purpose": offer_a_purpose,
    "controller": add_controller,
    "theme": lambda _: choose_theme(),
    "words after a confirmation": lambda each: change_thanks(
        each.id, {"fr": ThanksText(next_email="Bientôt.")}
    ),
    "issue": make_issue,
    "issue that was taken back": lambda each: withdraw_issue(make_issue(each).campaign_id),
    "retention": change_retention,
    "page": lambda _: store_page_snapshot("<p>new</p>", "fr"),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("change", CHANGES)
def test_the_edition_changes_with_what_all_visitors_share(change: str) -> None:
    mailing_list = make_list()
    before = read_edition()
    assert read_edition() == before
    CHANGES[change](mailing_list)
    assert read_edition() != before


@pytest.mark.both_databases
def test_raw_sql_changes_the_edition_too() -> None:
    offer_a_purpose(make_list())
    before = read_edition()
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM optional_purpose"))
    assert db.session.query(OptionalPurpose).count() == 0
    assert read_edition() != before


def test_signups_and_confirmations_change_no_edition() -> None:
    mailing_list = make_list()
    make_subscriber("first@example.org", mailing_list)  # it adds the controller
    before = read_edition()
    make_subscriber("second@example.org", mailing_list)
    assert read_edition() == before


def test_a_value_is_made_once_for_an_edition() -> None:
    made: list[str] = []
    cached = CachedValues()

    def make() -> str:
        made.append("value")
        return "value"

    assert [cached.find("one", "key", make) for _ in range(3)] == ["value"] * 3
    assert (len(made), cached.edition) == (1, "one")
    cached.find("two", "key", make)
    assert (len(made), cached.edition) == (2, "two")


def test_the_last_edition_is_tried_first_and_the_present_one_if_it_differs() -> None:
    assert tried() == [read_edition()]
    use_present_edition()
    find_cached("key", str)
    assert tried() == [read_edition()]
    last = read_edition()
    make_list()
    assert tried() == [last, read_edition()]


def tried() -> list[str]:
    """Return the editions that a request tries."""
    keys = enumerate(try_editions())
    return [find_cached(("edition", number), lambda: cached_values().edition) for number, _ in keys]


def test_a_form_that_is_checked_is_refused_under_another_edition() -> None:
    for _ in try_editions():
        use_edition(read_edition())
        check_edition()
        with pytest.raises(EditionChanged):
            use_edition("another")
        make_list()
        with pytest.raises(EditionChanged):
            check_edition()
        break
    use_present_edition()
    use_edition("another")  # it shows a page, and checks no form
    assert find_cached("key", lambda: cached_values().edition) == "another"


def test_a_transaction_keeps_nothing() -> None:
    use_edition("one")
    with transaction():
        use_edition("two")
        assert find_cached_rows("rows", lambda: "first") == "first"
        assert find_cached_rows("rows", lambda: "second") == "second"
    assert (find_cached_rows("rows", lambda: "third"), cached_values().edition) == ("third", "one")
