"""The checklist of a party that has just begun: what is done, and the page of each next step."""

from typing import NamedTuple

from flask import url_for
from flask_babel import LazyString, lazy_gettext as _

from supporters.accounts.queries import count_active_owners
from supporters.campaigns.queries import count_campaigns
from supporters.campaigns.states import CampaignGroup
from supporters.delivery_setup.launch_permission import list_obstacles
from supporters.delivery_setup.setup_checks import find_last_check, is_exempt
from supporters.mail.mail_theme import find_row
from supporters.team.list_scopes import EVERY_LIST


class FirstStep(NamedTuple):
    """A step, the page where it is done, and whether it is done."""

    words: LazyString
    url: str
    is_done: bool


def list_first_steps(*, has_list: bool, has_people: bool) -> list[FirstStep]:
    """Return the steps of a new party; none once all are done."""
    counts = count_campaigns(EVERY_LIST)
    was_sent = counts[CampaignGroup.SENDING] + counts[CampaignGroup.ENDED] > 0
    steps = [
        FirstStep(_("Create a list"), url_for("console.new_list"), has_list),
        FirstStep(
            _("Give emails and pages the party’s look"),
            url_for("console.mail_theme"),
            find_row() is not None,
        ),
        FirstStep(
            _("Invite a second owner"),
            url_for("console.invite", role="owner"),
            count_active_owners() > 1,
        ),
        *_list_setup_step(),
        FirstStep(
            _("Share the sign-up page: the first person confirms"),
            url_for("console.lists"),
            has_people,
        ),
        FirstStep(_("Send the first campaign"), url_for("console.start_campaign"), was_sent),
    ]
    return [] if all(step.is_done for step in steps) else steps


def _list_setup_step() -> list[FirstStep]:
    """Return the step of the delivery set-up; none where there is nothing to check."""
    if is_exempt():
        return []
    is_done = find_last_check() is not None and not list_obstacles()
    words = _("Set up the delivery, so that emails arrive")
    return [FirstStep(words, url_for("console.delivery_setup"), is_done)]
