"""The audiences of a campaign: lists, each for one of its consent texts if the text has changed."""

from collections.abc import Iterator, Mapping, Sequence

from flask_babel import format_decimal, gettext, ngettext

from supporters.campaigns.campaign_lists import CampaignList, ListChoice
from supporters.campaigns.models import Campaign
from supporters.consent.trigger_counts import count_people_by_purpose
from supporters.delivery.audience import AudienceFigures, count_figures
from supporters.lists.models import MailingList
from supporters.lists.queries import (
    find_list,
    get_list,
    list_changed_list_ids,
    list_lists,
    list_purpose_counts,
)
from supporters.team.list_scopes import ListScope
from supporters.text.local_dates import format_date, format_time
from supporters.web.console.visibility import current_scope
from supporters.web.forms import SelectChoice

BETWEEN = "-"


def list_audiences(scope: ListScope) -> list[SelectChoice]:
    """Return the choices with their numbers of people: each list, with each of its texts."""
    changed, people = {*list_changed_list_ids()}, count_people_by_purpose()
    choices: list[SelectChoice] = []
    for each in list_lists():
        if scope.covers(each.id):
            choices.extend(_of_changed(each) if each.id in changed else [_of(each, people)])
    return choices


def first_audiences(list_ids: Sequence[int], choices: Sequence[SelectChoice]) -> list[str]:
    """Return the choices that a new draft begins with: of these lists, or the only one there is."""
    only = [str(each.value) for each in choices] if len(choices) == 1 else []
    return _reachable_audiences_of(list_ids, current_scope()) or only


def read_audience(chosen: str) -> ListChoice:
    """Return the list and the purpose of a choice. No purpose means the current one."""
    list_id, _, purpose_id = chosen.partition(BETWEEN)
    return ListChoice(int(list_id), int(purpose_id) if purpose_id else None)


def audiences_of(campaign: Campaign) -> list[str]:
    """Return the choices of a campaign."""
    changed = list_changed_list_ids()
    return [_name(each.mailing_list_id, each.purpose_id, changed) for each in campaign.lists]


def _reachable_audiences_of(list_ids: Sequence[int], scope: ListScope) -> list[str]:
    """Return a choice of each list that reaches people: the current text, or that with most."""
    found = (find_list(each) for each in dict.fromkeys(list_ids) if scope.covers(each))
    return [_reachable_of(each) for each in found if each is not None]


def count_chosen(choices: Sequence[ListChoice]) -> AudienceFigures:
    """Count the people whom a campaign to these lists would reach now."""
    lists = [
        CampaignList(
            mailing_list_id=list_id,
            purpose_id=purpose_id or get_list(list_id).purpose_id,
        )
        for list_id, purpose_id in choices
    ]
    return count_figures(Campaign(lists=lists))


def say_audience(figures: AudienceFigures) -> str:
    """Return how many people lists reach, in words: each person counts once."""
    if not figures.lists:
        return str(gettext("No list is chosen yet: nobody gets it."))
    people = _count(figures.reached)
    if len(figures.lists) == 1:
        words = gettext("It reaches %(people)s.", people=people)
    else:
        count = format_decimal(figures.subscriptions)
        subscriptions = ngettext(
            "%(count)s subscription", "%(count)s subscriptions", figures.subscriptions, count=count
        )
        words = gettext(
            "Each person once: %(subscriptions)s, %(people)s.",
            subscriptions=subscriptions,
            people=people,
        )
    return " ".join([str(words), *_say_other_text(figures.other_text), *_say_moment(figures)])


def _say_moment(figures: AudienceFigures) -> Iterator[str]:
    """Yield when a worker counted, if it wasn't now."""
    if figures.counted_at:
        yield gettext("Counted at %(time)s.", time=format_time(figures.counted_at))


def _say_other_text(people: int) -> Iterator[str]:
    if people:
        yield ngettext(
            "%(count)s person on these lists doesn’t get it: they agreed to another text.",
            "%(count)s people on these lists don’t get it: they agreed to another text.",
            people,
            count=format_decimal(people),
        )


def _reachable_of(mailing_list: MailingList) -> str:
    people = {each.purpose_id: each.people for each in list_purpose_counts(mailing_list.id)}
    today = mailing_list.purpose_id
    fullest = today if people.get(today) else max(people, key=people.__getitem__, default=today)
    return _name(mailing_list.id, fullest, list_changed_list_ids())


def _name(list_id: int, purpose_id: int, changed: Sequence[int]) -> str:
    """Return the form value of a choice. It names the purpose if the list's text has changed."""
    return f"{list_id}{BETWEEN}{purpose_id}" if list_id in changed else str(list_id)


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
    until, name = None, mailing_list.name
    for each in list_purpose_counts(mailing_list.id):
        people = _count(each.people)
        if until is None:
            words = gettext("%(list)s – current text: %(people)s", list=name, people=people)
        else:
            when = format_date(until)
            words = gettext(
                "%(list)s – text until %(when)s: %(people)s", list=name, when=when, people=people
            )
        yield SelectChoice(f"{mailing_list.id}{BETWEEN}{each.purpose_id}", words)
        until = each.since
