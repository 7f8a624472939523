"""A mistyped address gets a question with two buttons, which need no JavaScript."""

from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from supporters.cases.models import AccessTicket
from supporters.database import db
from supporters.signup.models import SignupRequest
from tests.factories.rows import count_rows
from tests.web.public.pages import join

pytestmark = pytest.mark.usefixtures("mailing_list")

PAGE = "/fr/join/national"


class Forms(HTMLParser):
    """Collects the fields of each form of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a form, or a field of it."""
        values = dict(attrs)
        if tag == "form":
            self.found.append({})
        elif tag == "input" and values.get("name"):
            is_off = values.get("type") == "checkbox" and "checked" not in values
            if not is_off:
                self.found[-1][str(values["name"])] = values.get("value") or ""


def stored() -> list[str]:
    return [*db.session.scalars(select(SignupRequest.address))]


def test_a_probable_typing_error_is_asked_about_and_nothing_is_stored(client: FlaskClient) -> None:
    page = join(client, "Ada@gmial.com")
    assert page.status_code == 422
    assert "Vouliez-vous dire Ada@gmail.com" in page.text
    assert stored() == []


@pytest.mark.parametrize(("button", "address"), [(0, "Ada@gmail.com"), (1, "Ada@gmial.com")])
def test_each_choice_is_one_press_with_all_that_was_typed(
    client: FlaskClient, button: int, address: str
) -> None:
    page = join(client, "Ada@gmial.com", given_name="Ada")
    fields = Forms(page.text).found[button]
    assert fields["given_name"] == "Ada"
    assert client.post(PAGE, data=fields).status_code == 303
    assert stored() == [address]


def test_the_form_itself_takes_the_same_address_the_second_time(client: FlaskClient) -> None:
    page = join(client, "ada@gmial.com", given_name="Ada")
    form = Forms(page.text).found[2]
    assert (form["email"], form["given_name"]) == ("ada@gmial.com", "Ada")
    assert client.post(PAGE, data={**form, "is_15": "y"}).status_code == 303
    assert stored() == ["ada@gmial.com"]


def test_another_mistyped_address_is_asked_about_again(client: FlaskClient) -> None:
    form = Forms(join(client, "ada@gmial.com").text).found[2]
    assert client.post(PAGE, data={**form, "email": "ada@hotmial.fr"}).status_code == 422
    assert stored() == []


def test_an_ending_that_does_not_exist_can_be_kept(client: FlaskClient) -> None:
    page = join(client, "ada@dupont.quatsch")
    assert "ne finit par .quatsch" in page.text
    assert client.post(PAGE, data=Forms(page.text).found[0]).status_code == 303
    assert stored() == ["ada@dupont.quatsch"]


@pytest.mark.parametrize(
    ("typed", "sentence", "meant"),
    [
        ("ada@gmail,com", "une virgule après le @", "ada@gmail.com"),
        ("ada gmail.com", "n’a pas de @", "ada@gmail.com"),
        ("ada@gmail", "n’a pas de point", "ada@gmail.com"),
        ("Ada Lovelace ada@gmail.com", "espace dans l’adresse", "ada@gmail.com"),
        ("ada arobase gmail.com", "n’a pas de @", "ada@gmail.com"),
        ("élodie@free.fr", "une lettre accentuée", "elodie@free.fr"),
    ],
)
def test_a_fault_is_named_and_repaired_by_one_press(
    client: FlaskClient, typed: str, sentence: str, meant: str
) -> None:
    page = join(client, typed)
    assert (page.status_code, sentence in page.text) == (422, True)
    assert client.post(PAGE, data=Forms(page.text).found[0]).status_code == 303
    assert stored() == [meant]


def test_a_domain_of_another_script_is_shown_as_it_was_typed(client: FlaskClient) -> None:
    assert join(client, "ada@münchen.example").status_code == 303
    pages = [client.get(f"{PAGE}/{each}").text for each in ("check", "correct")]
    assert ["ada@münchen.example" in each for each in pages] == [True, True]
    assert [each for each in pages if "xn--" in each] == []
    assert stored() == ["ada@xn--mnchen-3ya.example"]


def test_a_question_about_such_a_domain_has_it_as_it_was_typed(client: FlaskClient) -> None:
    page = join(client, "ada@münchen.quatsch")
    assert "Garder ada@münchen.quatsch" in page.text
    form = Forms(page.text).found[1]
    assert form["email"] == "ada@münchen.quatsch"
    assert client.post(PAGE, data={**form, "is_15": "y"}).status_code == 303
    assert stored() == ["ada@xn--mnchen-3ya.quatsch"]


def test_a_telephone_number_is_told_what_it_is(client: FlaskClient) -> None:
    assert "numéro de téléphone" in join(client, "06 12 34 56 78").text


def test_a_fault_without_a_repair_has_no_button(client: FlaskClient) -> None:
    page = join(client, "ada")
    assert len(Forms(page.text).found) == 1


@pytest.mark.parametrize(
    "typed", ["mailto:ada@x.fr", "Ada <ada@x.fr>", " ada@x.fr.", "\uff41da\uff20x.fr"]
)
def test_what_was_pasted_with_an_address_is_no_fault(client: FlaskClient, typed: str) -> None:
    assert join(client, typed).status_code == 303
    assert stored() == ["ada@x.fr"]


def test_a_known_and_an_unknown_address_get_the_same_question(client: FlaskClient) -> None:
    first = join(client, "ada@gmial.com")
    client.post(PAGE, data=Forms(first.text).found[1])
    again = join(client, "ada@gmial.com")
    assert again.status_code == 422
    assert len(again.text) == len(first.text)


def test_my_data_repairs_an_address_too(client: FlaskClient) -> None:
    fields = Forms(client.get("/fr/my-data").text).found[0]
    refused = client.post("/fr/my-data", data={**fields, "email": "ada@gmail,com"})
    assert refused.status_code == 422
    repaired = client.post("/fr/my-data", data=Forms(refused.text).found[0])
    assert (repaired.status_code, count_rows(AccessTicket)) == (303, 1)
