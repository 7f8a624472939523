"""The form that sends a test to colleagues."""

from collections.abc import Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _
from flask_login import current_user
from wtforms import BooleanField
from wtforms.validators import DataRequired

from supporters.accounts.models import Organiser
from supporters.campaigns.models import Campaign
from supporters.languages import LANGUAGES
from supporters.team.list_scopes import list_team_of
from supporters.web.console.campaigns.comment_board import BoxesField
from supporters.web.forms import Form


class TeamTestForm(Form):
    """The colleagues who get a test, its languages, and whether it shows a first name."""

    to = BoxesField(coerce=int, validators=[DataRequired(_("Choose at least one person."))])
    languages = BoxesField(validators=[DataRequired(_("Choose at least one language."))])
    with_name = BooleanField()

    def __init__(self, team: Sequence[Organiser], written: Sequence[str], **options: Any) -> None:
        super().__init__(**options)
        self.to.choices = [(each.id, each.name_and_address) for each in team]
        self.languages.choices = [(each, LANGUAGES[each]) for each in written]
        if len(written) == 1:
            del self.languages

    @property
    def chosen_languages(self) -> list[str]:
        """The languages of the tests; none stands for all."""
        return (self.languages.data or []) if "languages" in self else []


def list_testers(campaign: Campaign) -> list[Organiser]:
    """Return those who may read the campaign, this account first."""
    team = list_team_of(campaign.list_ids)
    return sorted(team, key=lambda each: each.id != current_user.id)


def make_test_form(campaign: Campaign, written: Sequence[str]) -> TeamTestForm:
    """Return the form as it was sent to its own address, or a fresh one: to oneself, in all."""
    fresh = {"to": [current_user.id], "languages": written}
    is_sent = request.endpoint == "console.team_tests"
    options: dict[str, Any] = {} if is_sent else {"formdata": None}
    return TeamTestForm(list_testers(campaign), written, data=fresh, **options)
