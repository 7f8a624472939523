"""Names in Arabic or Hebrew stand apart in our sentences, on pages and in emails."""

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from flask_babel import force_locale

from supporters.campaigns.merge_fields import MergeField, Placeholder, percent_encode
from supporters.text.text_direction import has_right_to_left, isolate, runs_right_to_left
from tests.factories.lists import make_list

ARABIC, HEBREW = "فاطمة", "שרה"
OPEN, CLOSE = "\u2068", "\u2069"


@pytest.mark.parametrize("name", [ARABIC, HEBREW, f"Ada {HEBREW}"])
def test_a_name_with_letters_that_run_leftwards_is_set_apart(name: str) -> None:
    assert isolate(name) == f"{OPEN}{name}{CLOSE}"


@pytest.mark.parametrize("name", ["Ada", "Élodie", "Дарья", "李", "🎉", ""])
def test_other_names_stay_as_they_are(name: str) -> None:
    assert isolate(name) == name
    assert not has_right_to_left(name)


def test_a_text_has_the_direction_of_its_first_letter() -> None:
    texts = [ARABIC, f"12. {ARABIC} Ada", f"Ada {ARABIC}", "42", ""]
    assert [runs_right_to_left(each) for each in texts] == [True, True, False, False, False]


def test_templates_set_a_name_apart_in_each_kind_of_sentence(app: Flask) -> None:
    source = "{{ _('Join %(list)s', list=name) }}|{{ ngettext('%(a)s', '%(a)ss', 1, a=name) }}"
    with app.test_request_context(), force_locale("en"):
        said = render_template_string(source, name=f"{ARABIC} & 3")
    assert said == f"Join {OPEN}{ARABIC} &amp; 3{CLOSE}|{OPEN}{ARABIC} &amp; 3{CLOSE}"


def test_the_page_of_an_arabic_list_sets_its_name_apart(app: Flask, client: FlaskClient) -> None:
    make_list("arabe", ARABIC)
    title = client.get("/fr/join/arabe").text.partition("<title>")[2].partition("</title>")[0]
    assert f"{OPEN}{ARABIC}{CLOSE}" in title


def test_a_greeting_sets_the_first_name_apart_and_a_link_does_not() -> None:
    field = MergeField("given_name", "vous")
    assert Placeholder(field, str).value(ARABIC) == f"{OPEN}{ARABIC}{CLOSE}"
    assert Placeholder(field, str).value("Ada") == "Ada"
    assert Placeholder(field, percent_encode).value(HEBREW) == percent_encode(HEBREW)
