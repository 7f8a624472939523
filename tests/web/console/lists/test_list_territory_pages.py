"""Owners name the places of a list; an unclear place is explained."""

from flask.testing import FlaskClient

from supporters.audit_log.audit_events import find_newest_act
from supporters.lists.acts import ListAct
from supporters.lists.list_territories import find_territory
from tests.factories.lists import make_list
from tests.web.console.pages import followed
from tests.web.public.pages import press


def test_a_territory_is_saved_shown_and_recorded(owner_client: FlaskClient) -> None:
    list_id = make_list().id
    place = f"/console/lists/{list_id}/territory"
    page = followed(owner_client, press(owner_client, place, departements="69", communes="Bron"))
    assert ("Rhône (69)" in page, "Bron (69)" in page) == (True, True)
    found = find_newest_act(ListAct.TERRITORY_CHANGED, list_id)
    assert found is not None
    assert 'value="69"' in owner_client.get(place).text
    assert "Bron (69)" in owner_client.get(place).text


def test_an_unclear_place_is_explained_and_nothing_typed_is_lost(owner_client: FlaskClient) -> None:
    list_id = make_list().id
    place = f"/console/lists/{list_id}/territory"
    typed = {"departements": "69", "communes": "Saint-Denis\nNulle-Part"}
    answer = press(owner_client, place, **typed)
    assert answer.status_code == 422
    assert "Saint-Denis (93)" in answer.text
    assert 'href="#communes"' in answer.text
    assert ("Nulle-Part" in answer.text, 'value="69"' in answer.text) == (True, True)
    assert find_territory(list_id).is_empty
