"""The audiences of a campaign: a list, or one text of a list whose consent text changed."""

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import format_decimal, gettext, ngettext

from supporters.campaigns.models import Campaign
from supporters.consent.trigger_counts import count_people_by_purpose
from supporters.lists.models import MailingList
from supporters.lists.queries import (
    find_list,
    list_changed_list_ids,
    list_lists,
    list_purpose_counts,
)
from supporters.team.list_scopes import ListScope
from supporters.text.local_dates import format_date
from supporters.web.console.visibility import current_scope
from supporters.web.forms import SelectChoice

BETWEEN = "-"


def list_audiences(scope: ListScope) -> list[SelectChoice]:
    """Return the choices: each list, with each of its texts if the text has changed."""
    changed = set(list_changed_list_ids())
    people = count_people_by_purpose()
    choices: list[SelectChoice] = []
    for each in list_lists():
        if not scope.covers(each.id):
            continue
        choices.extend(_of_changed(each) if each.id in changed else [_of(each, people)])
    return choices


def first_audience(list_id: int, choices: Sequence[SelectChoice]) -> str | None:
    """Return the choice that a new draft begins with: of the list, or the only one there is."""
    only = str(choices[0].value) if len(choices) == 1 else None
    return reachable_audience_of(list_id, current_scope()) or only


def read_audience(chosen: str) -> tuple[int, int | None]:
    """Return the list and the purpose of a choice. No purpose means the current one."""
    list_id, _, purpose_id = chosen.partition(BETWEEN)
    return int(list_id), int(purpose_id) if purpose_id else None


def audience_of(campaign: Campaign) -> str:
    """Return the choice of a campaign."""
    return _name(campaign.mailing_list_id, campaign.purpose_id)


def reachable_audience_of(list_id: int, scope: ListScope) -> str | None:
    """Return the choice of a list that reaches people: the current text, or the one with most."""
    mailing_list = find_list(list_id)
    if mailing_list is None or not scope.covers(list_id):
        return None
    people = {each.purpose_id: each.people for each in list_purpose_counts(list_id)}
    today = mailing_list.purpose_id
    fullest = today if people.get(today) else max(people, key=people.__getitem__, default=today)
    return _name(list_id, fullest)


def count_left_out(campaign: Campaign) -> int:
    """Return how many people on a campaign's list agreed to another text than the campaign's."""
    counts = list_purpose_counts(campaign.mailing_list_id)
    return sum(each.people for each in counts if each.purpose_id != campaign.purpose_id)


def _name(list_id: int, purpose_id: int) -> str:
    """Return the form value of a choice. It names the purpose if the list's text has changed."""
    has_changed = list_id in list_changed_list_ids()
    return f"{list_id}{BETWEEN}{purpose_id}" if has_changed else str(list_id)


def _of(mailing_list: MailingList, people: Mapping[int, int]) -> SelectChoice:
    words = f"{mailing_list.name} · {_count(people.get(mailing_list.purpose_id, 0))}"
    return SelectChoice(str(mailing_list.id), words)


def _count(people: int) -> str:
    words: str = ngettext(
        "%(count)s person", "%(count)s people", people, count=format_decimal(people)
    )
    return words


def _of_changed(mailing_list: MailingList) -> Iterator[SelectChoice]:
    """Yield a choice for each text, newest first, with the number of people that it reaches."""
    until = None
    for each in list_purpose_counts(mailing_list.id):
        people = _count(each.people)
        name = mailing_list.name
        if until is None:
            text = gettext("%(list)s – current text: %(people)s", list=name, people=people)
        else:
            when = format_date(until)
            text = gettext(
                "%(list)s – text until %(when)s: %(people)s", list=name, when=when, people=people
            )
        yield SelectChoice(f"{mailing_list.id}{BETWEEN}{each.purpose_id}", text)
        until = each.since
