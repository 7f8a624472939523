"""Buttons of campaigns and imports: each transition has a page, named in one table."""

from enum import Enum

import pytest
from flask import Flask

from supporters.accounts.models import RoleName
from supporters.imports.states import ImportMove
from supporters.web.console.campaigns import campaign_pages
from supporters.web.console.console_blueprint import roles_of
from supporters.web.console.imports import import_pages

MADE_BY_THE_WORK = {
    ImportMove.END_DRY_RUN,
    ImportMove.START_SENDING,
    ImportMove.HOLD,
    ImportMove.END,
}
STEPS_OF_THE_PAGE = {ImportMove.DECLARE, ImportMove.REQUEST_APPROVAL, ImportMove.APPROVE}


@pytest.mark.parametrize(
    ("move", "page"),
    [
        *((move, page.endpoint) for move, page in campaign_pages.PAGES_OF_MOVES.items()),
        *import_pages.PAGES_OF_MOVES.items(),
    ],
)
def test_a_move_has_a_page_that_is_open_to_owners(app: Flask, move: Enum, page: str) -> None:
    with app.app_context():
        assert RoleName.OWNER in roles_of(page)


def test_every_move_of_an_import_has_a_button_a_step_or_is_made_by_the_work() -> None:
    others = MADE_BY_THE_WORK | STEPS_OF_THE_PAGE
    assert {*import_pages.PAGES_OF_MOVES} == set(ImportMove) - others
