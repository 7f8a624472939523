"""The team makes forms; the database and the rules keep them whole, and each act is recorded."""

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from supporters import clock
from supporters.consent.queries import find_current_wording
from supporters.database import db, transaction
from supporters.fast_path.site_edition import read_edition
from supporters.lists.mailing_lists import CreateListError, ListDraft, create_list
from supporters.lists.models import MailingList
from supporters.people.addresses import parse_address
from supporters.people.profile import Profile
from supporters.signup.confirmation import confirm_by_link
from supporters.signup.form_counts import FormTotal, count_form, purge_expired_requests
from supporters.signup.new_requests import Signup
from supporters.signup.rules import REQUEST_LIFETIME
from supporters.signup.signup_requests import request_signup
from supporters.signup_forms.form_changes import (
    FormSurroundings,
    change_form,
    create_form,
    delete_form,
    draft_of,
    duplicate_form,
    move_list_in_form,
)
from supporters.signup_forms.form_moves import OpenFormError, close_form, find_obstacle, open_form
from supporters.signup_forms.models import FormStatus, SignupForm
from supporters.signup_forms.queries import find_signup_form, list_signup_forms
from supporters.signup_forms.rules import FormFault, FormWords
from tests.factories.accounts import make_owner
from tests.factories.forms import ON_OUR_SITE, OURS, WORDS, form_draft, make_form
from tests.factories.lists import make_closed_list, make_list
from tests.factories.notices import notices_to
from tests.factories.questions import make_question
from tests.factories.signups import PAGE, confirm_token
from tests.machinery.prepared_states import begins_with


def make_one(_app: Flask) -> MailingList:
    return make_list()


pytestmark = [begins_with(make_one), pytest.mark.usefixtures("app")]


def sign_up(made: SignupForm, mailing_list: MailingList, address: str) -> str:
    """Ask to join a list by a form; return the public id of the request."""
    wording = find_current_wording(mailing_list.purpose_id, "fr")
    assert wording is not None
    return request_signup(
        Signup(
            address=parse_address(address),
            profile=Profile(language="fr"),
            mailing_list_id=mailing_list.id,
            wording_ids=[wording.id],
            page_url=PAGE,
            form_id=made.id,
        )
    )


def faults_of(result: object) -> list[FormFault]:
    """Return the faults of a refused form."""
    assert isinstance(result, list), result
    return [each.fault for each in result]


def orders(made: SignupForm) -> list[int]:
    """Return the ids of the lists of a form in their order."""
    db.session.expire_all()
    return [each.mailing_list_id for each in made.lists]


@pytest.mark.both_databases
def test_a_new_form_is_a_draft_that_is_opened_and_closed(prepared: MailingList) -> None:
    before = read_edition()
    made = make_form(prepared, is_open=False)
    assert (made.status, read_edition() != before) == (FormStatus.DRAFT, True)
    assert draft_of(made) == form_draft(
        [prepared], list_ids=(prepared.id,), question_ids=frozenset()
    )
    assert (open_form(made.id), open_form(made.id)) == (True, False)
    assert (close_form(made.id), close_form(made.id)) == (True, False)
    assert find_signup_form(made.id).status is FormStatus.CLOSED


@pytest.mark.both_databases
def test_each_change_of_a_form_changes_the_edition(prepared: MailingList) -> None:
    made = make_form(prepared)
    asked = make_question(prepared)
    changes = [
        form_draft([prepared], name="Autre nom"),
        form_draft([prepared], words={"fr": FormWords(title="Autre")}),
        form_draft([prepared, make_list("lyon", "Lyon")], words={"fr": FormWords(title="Autre")}),
        form_draft([prepared], question_ids=frozenset({asked.id})),
    ]
    for draft in changes:
        before = read_edition()
        assert change_form(made.id, draft, ON_OUR_SITE) is True
        assert read_edition() != before


def test_the_same_form_again_is_no_change(prepared: MailingList) -> None:
    made = make_form(prepared)
    before = read_edition()
    assert change_form(made.id, form_draft([prepared]), ON_OUR_SITE) is False
    assert read_edition() == before


def test_a_faulty_form_is_refused(prepared: MailingList) -> None:
    cases = [
        ({"words": {}}, FormFault.NO_TITLE),
        ({"words": {**WORDS, "en": FormWords(title="", intro="x")}}, FormFault.TITLE_MISSING),
        ({"list_ids": ()}, FormFault.NO_LIST),
        ({"list_ids": tuple(range(1, 14))}, FormFault.MANY_LISTS),
        ({"question_ids": frozenset({99})}, FormFault.QUESTION_OF_OTHER_LIST),
        ({"goes_to": "http://www.parti.example/merci"}, FormFault.NO_HTTPS),
        ({"goes_to": "javascript:alert(1)"}, FormFault.NO_HTTPS),
        ({"goes_to": "https://evil.example/merci"}, FormFault.ORIGIN_REFUSED),
        ({"goes_to": f"{OURS}.evil.example/"}, FormFault.ORIGIN_REFUSED),
        ({"goes_to": f"{OURS}@evil.example/"}, FormFault.ORIGIN_REFUSED),
        ({"goes_to": f"{OURS}\\@evil.example/"}, FormFault.ORIGIN_REFUSED),
        ({"goes_to": f"{OURS}:8443/"}, FormFault.ORIGIN_REFUSED),
        ({"picture_id": 7}, FormFault.PICTURE_UNKNOWN),
    ]
    for changes, fault in cases:
        draft = form_draft([prepared], **changes)
        assert faults_of(create_form("gare", draft, ON_OUR_SITE)) == [fault]
        assert list_signup_forms() == []


def test_a_form_may_lead_to_any_page_of_our_sites(prepared: MailingList) -> None:
    address = f"{OURS}/merci?de=gare#fin"
    assert make_form(prepared, goes_to=address).goes_to == address


def test_forms_and_lists_share_their_addresses(prepared: MailingList) -> None:
    make_form(prepared)
    draft = form_draft([prepared])
    assert faults_of(create_form("gare", draft, ON_OUR_SITE)) == [FormFault.SLUG_TAKEN]
    assert faults_of(create_form(prepared.slug, draft, ON_OUR_SITE)) == [FormFault.SLUG_TAKEN]
    as_list = create_list(ListDraft(slug="gare", name="Gare", description="Une fois par mois."))
    assert as_list is CreateListError.SLUG_TAKEN


def test_a_form_without_an_open_list_or_language_is_not_opened(prepared: MailingList) -> None:
    closed = make_form(make_closed_list(), slug="first", is_open=False)
    assert open_form(closed.id) is OpenFormError.NO_OPEN_LIST
    words = {"de": FormWords(title="Der Bahnhof")}
    unread = make_form(prepared, slug="unread", is_open=False, words=words)
    assert open_form(unread.id) is OpenFormError.NO_OFFERED_LANGUAGE
    assert (closed.status, find_obstacle(unread)) == (
        FormStatus.DRAFT,
        OpenFormError.NO_OFFERED_LANGUAGE,
    )


def test_lists_move_up_and_keep_their_order_when_the_form_changes(prepared: MailingList) -> None:
    other, third = make_list("lyon", "Lyon"), make_list("brest", "Brest")
    made = make_form(prepared, other)
    assert move_list_in_form(made.id, other.id) is True
    assert orders(made) == [other.id, prepared.id]
    assert move_list_in_form(made.id, other.id) is False
    change_form(made.id, form_draft([third, prepared, other]), ON_OUR_SITE)
    assert orders(made) == [other.id, prepared.id, third.id]


def test_a_copy_is_a_draft_with_the_same_content(prepared: MailingList) -> None:
    asked = make_question(prepared)
    made = make_form(prepared, question_ids=frozenset({asked.id}), goes_to=f"{OURS}/merci")
    copy = duplicate_form(made.id, "gare-2", "Copie")
    assert isinstance(copy, SignupForm)
    assert (copy.status, copy.name, copy.slug) == (FormStatus.DRAFT, "Copie", "gare-2")
    assert draft_of(copy) == form_draft(
        [prepared], name="Copie", question_ids=frozenset({asked.id}), goes_to=f"{OURS}/merci"
    )
    assert duplicate_form(made.id, "gare", "Copie") is FormFault.SLUG_TAKEN
    assert duplicate_form(99, "gare-3", "Copie") is None


@pytest.mark.both_databases
def test_totals_count_sent_and_confirmed_also_after_the_requests_are_gone(
    prepared: MailingList,
) -> None:
    made = make_form(prepared)
    first = sign_up(made, prepared, "first@example.org")
    sign_up(made, prepared, "second@example.org")
    confirm_by_link(confirm_token(first))
    assert count_form(made.id) == FormTotal(sent=2, confirmed=1)
    for _ in range(2):
        purge_expired_requests(clock.now() + REQUEST_LIFETIME)
        assert count_form(made.id) == FormTotal(sent=2, confirmed=1)


def test_only_a_form_that_is_not_open_and_that_nobody_used_is_deleted(
    prepared: MailingList,
) -> None:
    made, used = make_form(prepared), make_form(prepared, slug="used")
    sign_up(used, prepared, "first@example.org")
    close_form(used.id)
    assert [delete_form(made.id), delete_form(used.id)] == [False, False]
    close_form(made.id)
    assert delete_form(made.id) is True
    assert [each.id for each in list_signup_forms()] == [used.id]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "broken",
    [
        "UPDATE signup_form_text SET title = ''",
        "UPDATE signup_form SET status = 'shown'",
        "UPDATE signup_form SET slug = 'same'",
        "UPDATE signup_form SET picture_file = 'a.jpg'",
        "UPDATE signup_form_list SET mailing_list_id = 99",
    ],
)
def test_the_database_refuses_a_broken_form(prepared: MailingList, broken: str) -> None:
    make_form(prepared)
    make_form(prepared, slug="other")
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text(broken))


def test_a_picture_must_be_known(prepared: MailingList) -> None:
    around = FormSurroundings(origins=())
    draft = form_draft([prepared], picture_id=7)
    assert faults_of(create_form("gare", draft, around)) == [FormFault.PICTURE_UNKNOWN]


def test_the_others_read_what_an_open_form_says() -> None:
    make_owner("second@parti.example")
    mailing_list = make_list("lyon", "Lyon")
    form = make_form(mailing_list, slug="petition", is_open=False)
    assert notices_to("second@parti.example") == []
    open_form(form.id)
    change_form(form.id, form_draft([mailing_list], name="Gare de Lyon, 2"), ON_OUR_SITE)
    opened, changed = notices_to("second@parti.example", "en")
    for mail in (opened, changed):
        assert all(each in mail.body for each in ("Sauvons la gare", "/petition", "Gare de Lyon"))
        assert f"/console/forms/{form.id}" in mail.body
