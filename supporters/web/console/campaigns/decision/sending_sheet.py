"""The sheet before sending: all facts of a campaign, each well or with what to do about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import list_in_languages, other_language
from supporters.campaigns.versions import find_current_version, hash_of
from supporters.consent.queries import find_wording_to_show
from supporters.delivery.after_sending.follow_ups import FollowedCampaign, find_followed
from supporters.delivery.audience import AudienceFigures
from supporters.delivery.message.email_languages import count_readers
from supporters.delivery.message.frozen_campaign import FrozenCampaign, MailSender
from supporters.delivery.message.frozen_versions import read_campaign
from supporters.delivery.message.spam_scores import find_scores
from supporters.delivery.planned.pace_forecast import foresee
from supporters.languages import LANGUAGES
from supporters.web.console.campaigns.approval_steps import ShownTest, list_shown_tests
from supporters.web.console.campaigns.audience.audiences import say_audience
from supporters.web.console.campaigns.decision.neighbours import Neighbour, list_neighbours
from supporters.web.console.campaigns.decision.setup_facts import SetupStanding, describe_setup
from supporters.web.console.campaigns.decision.sheet_texts import (
    SheetText,
    describe_text,
    say_why_not_asked,
)
from supporters.web.console.campaigns.sending_time_facts import SendingTimes, describe_times
from supporters.web.console.pace_words import say_forecast
from supporters.web.console.visibility import current_scope


@dataclass(frozen=True, kw_only=True)
class ListPart:
    """A list of a campaign: who gets it by this list.

    `earlier` get the campaign by a list before. `wording` is what its people agreed to.
    """

    name: str
    reached: int
    earlier: int
    wording: str


@dataclass(frozen=True, kw_only=True)
class LanguageReaders:
    """How many people get the text in a language; the rest have none of these and get the first."""

    name: str
    people: int
    is_rest: bool = False


@dataclass(frozen=True, kw_only=True)
class SendingSheet:
    """The facts of a message, as it is frozen or would be frozen now."""

    fingerprint: str
    frozen: FrozenCampaign
    lists: Sequence[ListPart]
    neighbours: Sequence[Neighbour]
    total: str
    audience: AudienceFigures
    readers: Sequence[LanguageReaders]
    texts: Sequence[SheetText]
    tests: Sequence[ShownTest]
    untested: Sequence[str]
    times: SendingTimes
    setup: SetupStanding | None
    why_not_asked: str
    followed: FollowedCampaign | None
    forecast: str

    @property
    def sender(self) -> MailSender:
        """The sender that readers see."""
        return self.frozen.sender

    @property
    def is_tested(self) -> bool:
        """Whether anybody got a test of exactly this message, in each of its languages."""
        return not self.untested


def make_sheet(
    campaign: Campaign, figures: AudienceFigures, given_name: str | None = None
) -> SendingSheet:
    """Return the sheet of a campaign without faults, rendered once, for the people of now."""
    frozen, version = read_campaign(campaign), find_current_version(campaign)
    fingerprint = version.hash if version else hash_of(frozen.serialise())
    scores = find_scores(campaign.id, fingerprint)
    texts = [
        describe_text(
            each,
            frozen.in_language(each.language),
            given_name,
            spam_score=scores.get(other_language(each)),
        )
        for each in list_in_languages(campaign)
    ]
    return SendingSheet(
        fingerprint=fingerprint,
        frozen=frozen,
        lists=[*_describe_lists(campaign, frozen, figures)],
        neighbours=list_neighbours(campaign, frozen),
        total=say_audience(figures),
        audience=figures,
        readers=_list_readers(campaign, frozen),
        texts=texts,
        tests=list_shown_tests(campaign.id, fingerprint),
        untested=[each.name for each in texts if each.other not in scores],
        times=describe_times(campaign),
        setup=describe_setup(),
        why_not_asked=say_why_not_asked(),
        followed=find_followed(campaign, current_scope()),
        forecast=say_forecast(forecast) if (forecast := foresee(campaign)) else "",
    )


def _describe_lists(
    campaign: Campaign, frozen: FrozenCampaign, figures: AudienceFigures
) -> Iterator[ListPart]:
    """Yield the lists of a campaign, with their names as the emails have them."""
    names = {each.purpose: each.name for each in frozen.lists}
    for each in figures.lists:
        wording = find_wording_to_show(each.purpose_id, campaign.language)
        yield ListPart(
            name=names.get(each.purpose_id, ""),
            reached=each.reached,
            earlier=each.earlier,
            wording=wording.text if wording else "",
        )


def _list_readers(campaign: Campaign, frozen: FrozenCampaign) -> list[LanguageReaders]:
    """Return how many people get each text now; an empty list for a campaign in one language."""
    if not frozen.others:
        return []
    counts = dict(count_readers(campaign))
    texts = [
        LanguageReaders(name=LANGUAGES[each.language], people=counts.pop(each.language, 0))
        for each in frozen.in_languages
    ]
    if not (rest := sum(counts.values())):
        return texts
    return [*texts, LanguageReaders(name=texts[0].name, people=rest, is_rest=True)]
