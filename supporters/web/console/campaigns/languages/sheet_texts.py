"""The facts of each text of a campaign before its approval or launch, and who gets which."""

from dataclasses import dataclass

from supporters.campaigns.links.link_checks import CheckedLink, LinkDoubt, check_links
from supporters.campaigns.markdown import list_images
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import list_in_languages, other_language
from supporters.delivery.message.email_languages import count_readers
from supporters.delivery.message.frozen_versions import read_campaign
from supporters.delivery.message.message_weight import list_doubts
from supporters.delivery.message.previews import preview_campaign
from supporters.languages import LANGUAGES
from supporters.web.console.error_messages import explain_doubts

SHOWN_ON_A_PHONE = 50


@dataclass(frozen=True, kw_only=True)
class SheetText:
    """The facts of the text in one language; `other` is its code, None for the first one."""

    name: str
    other: str | None
    subject: str
    preheader: str
    is_subject_long: bool
    links: list[CheckedLink]
    doubts: list[str]
    images: int


@dataclass(frozen=True, kw_only=True)
class LanguageReaders:
    """How many people get the text in a language; the rest have none of these and get the first."""

    name: str
    people: int
    is_rest: bool = False


def describe_text(campaign: Campaign) -> SheetText:
    """Return the facts of a campaign in one language."""
    source = read_campaign(campaign).in_language(campaign.language).source
    subject = preview_campaign(campaign).subject
    return SheetText(
        name=LANGUAGES[campaign.language],
        other=other_language(campaign),
        subject=subject,
        preheader=source.preheader,
        is_subject_long=len(subject) > SHOWN_ON_A_PHONE,
        links=check_links(source.body, source.document),
        doubts=explain_doubts(
            each for each in list_doubts(campaign) if not isinstance(each.kind, LinkDoubt)
        ),
        images=len(list_images(source.body)),
    )


def list_readers(campaign: Campaign) -> list[LanguageReaders]:
    """Return how many people get each text now; an empty list for a campaign in one language."""
    counts = count_readers(campaign)
    if not counts:
        return []
    texts = [
        LanguageReaders(name=LANGUAGES[each.language], people=counts.pop(each.language, 0))
        for each in list_in_languages(campaign)
    ]
    if not (rest := sum(counts.values())):
        return texts
    return [*texts, LanguageReaders(name=texts[0].name, people=rest, is_rest=True)]
