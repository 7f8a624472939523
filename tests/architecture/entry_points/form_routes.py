"""The routes of the sign-up forms that the team makes that accept a form."""

from supporters.lists.queries import get_list
from supporters.signup_forms.queries import find_signup_form_by_slug
from tests.architecture.entry_points.rows import nobody
from tests.architecture.scenario import STRANGER, Scenario
from tests.factories.forms import make_form
from tests.factories.lists import make_list


def with_form(scenario: Scenario) -> dict[str, object]:
    """Make an open form; return its id."""
    return {"form_id": make_form(get_list(scenario.list_id)).id}


def with_draft(scenario: Scenario) -> dict[str, object]:
    """Make a form that isn't open; return its id."""
    return {"form_id": make_form(get_list(scenario.list_id), is_open=False).id}


def with_unused_form(scenario: Scenario) -> dict[str, object]:
    """Return the id of a draft that all pages look at."""
    known = find_signup_form_by_slug("unused-form")
    found = known or make_form(get_list(scenario.list_id), slug="unused-form", is_open=False)
    return {"form_id": found.id}


def with_two_lists(scenario: Scenario) -> dict[str, object]:
    first = make_list("first", "First")
    return {"form_id": make_form(first, get_list(scenario.list_id)).id}


def written(scenario: Scenario) -> dict[str, object]:
    """Return a form as it is written, with an address of a stranger in all its words."""
    return {
        "slug": "petition",
        "lists": scenario.list_id,
        **dict.fromkeys(("name", "title_fr", "intro_fr", "thanks_fr"), STRANGER),
    }


FORM_ROUTES = {
    "console.new_signup_form": nobody(with_=written),
    "console.edit_signup_form": nobody(with_form, with_=written),
    "console.open_signup_form": nobody(with_draft),
    "console.close_signup_form": nobody(with_form),
    "console.order_signup_form": nobody(
        with_two_lists, with_=lambda scenario: {"list": scenario.list_id}
    ),
    "console.duplicate_signup_form": nobody(
        with_form, with_=lambda _: {"slug": "copy", "name": STRANGER}
    ),
    "console.remove_signup_form": nobody(with_draft),
}
