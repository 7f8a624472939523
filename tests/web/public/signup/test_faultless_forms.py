"""The quick reader of sign-up forms accepts nothing that WTForms refuses, and reads the same."""

from collections.abc import Iterator

import pytest
from flask import Flask, request
from flask_wtf.csrf import generate_csrf
from hypothesis import HealthCheck, given, settings, strategies as st
from werkzeug.datastructures import MultiDict

from supporters.fast_path.site_edition import use_present_edition
from supporters.people.profile import PROFILE_FIELDS
from supporters.web.public.signup.consent_fields import consent_name
from supporters.web.public.signup.faultless_forms import READ_HERE, TypedSignup
from supporters.web.public.signup.forms import DECOY
from supporters.web.public.signup.join_page import JoinPage
from supporters.web.public.signup.join_page_finder import find_home_form, find_join_page
from tests.factories.confirmations import make_three_lists

Fields = list[tuple[str, str]]
ODD = ["", " ", "y", "n", "false", "1", "\0", "a\nb", "x" * 81, "Zoé", "www.example.org"]
ADDRESSES = ["a@example.org", " Ada@Example.ORG ", "ada", "é@example.org", "a@b", "a@münchen.de"]


@pytest.fixture(params=["/fr/join/national", "/fr/"])
def page(app: Flask, request: pytest.FixtureRequest) -> Iterator[JoinPage]:
    """Return a page with three boxes, in a request whose form the test replaces."""
    make_three_lists()
    with app.test_request_context(request.param, method="POST", base_url="http://localhost"):
        app.preprocess_request()
        use_present_edition()
        is_home = request.param == "/fr/"
        found = find_home_form() if is_home else find_join_page("national")
        assert found is not None
        yield found


def fields_of(page: JoinPage) -> dict[str, str]:
    """Return the fields of a form without faults, with its first box ticked."""
    return {
        "csrf_token": generate_csrf(),
        "page": page.fingerprint,
        "opened": "mark",
        "email": "ada@example.org",
        "given_name": "Ada",
        "is_15": "y",
        DECOY: "",
        "asked": "",
        consent_name(page.offers[0]): str(page.offers[0][1].id),
    }


def read_both(page: JoinPage, fields: Fields) -> tuple[TypedSignup | None, TypedSignup | None]:
    """Return what the quick reader and WTForms read; None if one refuses the form."""
    request.form, request.files = MultiDict(fields), MultiDict()  # type: ignore[assignment]
    form = page.make_form()
    is_right = form.validate()
    is_right = form.is_from_a_person() and is_right
    return page.read_faultless(), page.read(form) if is_right else None


def test_a_usual_form_is_read_at_once(page: JoinPage) -> None:
    quick, slow = read_both(page, [*fields_of(page).items()])
    assert quick is not None
    assert quick == slow


def test_two_boxes_and_no_name_are_read_at_once(page: JoinPage) -> None:
    second = page.offers[1]
    fields = fields_of(page) | {"given_name": ""}
    fields[consent_name(second)] = str(second[1].id)
    quick, slow = read_both(page, [*fields.items()])
    assert quick is not None
    assert quick.wording_ids == [each[1].id for each in page.offers[:2]]
    assert quick == slow


def test_a_form_with_a_fault_is_left_to_wtforms(page: JoinPage) -> None:
    cases = [
        {"csrf_token": ""},
        {"csrf_token": "x"},
        {"page": "x"},
        {"email": "ada"},
        {"given_name": "www.example.org"},
        {"given_name": "a\0b"},
        {"is_15": ""},
        {DECOY: "x"},
        {"asked": "1"},
    ]
    for fault in cases:
        quick, slow = read_both(page, [*(fields_of(page) | fault).items()])
        assert (quick, slow) == (None, None)


@pytest.mark.parametrize("value", [None, "", "0"])
def test_an_old_or_missing_box_is_left_to_wtforms(page: JoinPage, value: str | None) -> None:
    fields = fields_of(page)
    box = consent_name(page.offers[0])
    fields.pop(box)
    assert read_both(page, [*fields.items(), *([(box, value)] if value is not None else [])]) == (
        None,
        None,
    )


def test_any_list_is_enough_on_a_page_without_a_list_of_its_own(page: JoinPage) -> None:
    fields = fields_of(page) | {consent_name(page.offers[2]): str(page.offers[2][1].id)}
    fields.pop(consent_name(page.offers[0]))
    quick, slow = read_both(page, [*fields.items()])
    assert quick == slow
    assert (quick is None) is (page.mailing_list is not None)


@settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_form_is_taken_that_wtforms_refuses(page: JoinPage, data: st.DataObject) -> None:
    fields = [*fields_of(page).items()]
    for _ in range(data.draw(st.integers(0, 3))):
        name = data.draw(st.sampled_from([name for name, _ in fields]))
        value = data.draw(st.sampled_from([*ODD, *ADDRESSES]) | st.text(max_size=90))
        fields.insert(data.draw(st.integers(0, len(fields))), (name, value))
    dropped = data.draw(st.sampled_from(["", *[name for name, _ in fields]]))
    quick, slow = read_both(page, [each for each in fields if each[0] != dropped])
    assert quick is None or quick == slow


@pytest.mark.parametrize("name", [each for each in PROFILE_FIELDS if each not in READ_HERE])
def test_wtforms_reads_a_value_that_the_quick_reader_does_not_know(
    page: JoinPage, name: str
) -> None:
    request.form = MultiDict({**fields_of(page), name: "1"})  # type: ignore[assignment]
    assert page.read_faultless() is None
