"""The facts of each text of a campaign on the sheet: its subject, links, pictures and weight."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from flask_babel import format_decimal, gettext

from supporters.campaigns.content_doubts import Doubt
from supporters.campaigns.links.link_checks import (
    CheckedLink,
    LinkDoubt,
    check_links,
    find_answers,
    is_askable,
)
from supporters.campaigns.links.models import AskedLink, LinkOutcome
from supporters.campaigns.markdown import list_images, list_references
from supporters.campaigns.models import Campaign
from supporters.campaigns.other_languages.queries import other_language
from supporters.campaigns.pictures.models import REFERENCE
from supporters.campaigns.pictures.queries import list_pictures
from supporters.delivery.message.frozen_campaign import FrozenCampaign
from supporters.delivery.message.message_weight import GMAIL_CUTS_AT, KILOBYTE, NEARLY, list_doubts
from supporters.delivery.message.previews import preview_frozen
from supporters.delivery.message.rendered_campaign import RenderedEmail
from supporters.extensions import current_settings
from supporters.languages import LANGUAGES
from supporters.web.console.error_messages import explain_doubt, explain_doubts
from supporters.web.labels import label
from supporters.web.labels.word_tables import Tone

SHOWN_ON_A_PHONE = 50
SLOW_ON_A_PHONE = 1000  # kilobytes
NEARLY_SPAM, IS_SPAM = 3.0, 5.0  # 5 is SpamAssassin's own limit


@dataclass(frozen=True, kw_only=True)
class SheetLink:
    """A link: its words, its target, what to look at, and how serious that is.

    One whose site was not asked yet is quiet, without a note. Our own links, and those that differ
    by reader, are asked by nobody.
    """

    words: str
    target: str
    note: str
    tone: Tone


@dataclass(frozen=True)
class SheetPictures:
    """The pictures of a text: how many, and the weight of their files."""

    count: int
    kilobytes: int

    @property
    def tone(self) -> Tone:
        """Whether a telephone shows them at once."""
        return Tone.WARN if self.kilobytes > SLOW_ON_A_PHONE else Tone.GOOD

    @property
    def in_words(self) -> str:
        """How many, and how heavy."""
        if not self.count:
            return str(gettext("none"))
        counts = {"count": format_decimal(self.count), "size": format_decimal(self.kilobytes)}
        return str(gettext("%(count)s, %(size)s kB", **counts))


@dataclass(frozen=True, kw_only=True)
class SheetText:
    """The facts of the text in one language; `other` is its code, None for the first one."""

    name: str
    language: str
    other: str | None
    mail: RenderedEmail
    preheader: str
    links: Sequence[SheetLink]
    doubts: Sequence[str]
    pictures: SheetPictures
    octets: int
    spam_score: float | None

    @property
    def subject_tone(self) -> Tone:
        """Whether a telephone shows all of the subject."""
        return Tone.WARN if len(self.mail.subject) > SHOWN_ON_A_PHONE else Tone.GOOD

    @property
    def links_tone(self) -> Tone:
        """The tone of the worst link."""
        tones = {each.tone for each in self.links}
        order = (Tone.BAD, Tone.WARN, Tone.QUIET)
        return next((each for each in order if each in tones), Tone.GOOD)

    @property
    def links_in_words(self) -> str:
        """How many links the text has."""
        return format_decimal(len(self.links)) if self.links else str(gettext("none"))

    @property
    def weight_in_words(self) -> str:
        """The weight of the HTML."""
        return str(gettext("%(size)s kB", size=format_decimal(ceil(self.octets / KILOBYTE))))

    @property
    def weight_tone(self) -> Tone:
        """Whether Gmail shows all of it."""
        if self.octets > GMAIL_CUTS_AT:
            return Tone.BAD
        return Tone.WARN if self.octets > NEARLY else Tone.GOOD

    @property
    def spam_tone(self) -> Tone:
        """Whether SpamAssassin, as most servers set it, would call it spam."""
        score = self.spam_score or 0
        return Tone.BAD if score >= IS_SPAM else Tone.WARN if score >= NEARLY_SPAM else Tone.GOOD

    @property
    def spam_in_words(self) -> str:
        """The score beside the one that is refused."""
        score = format_decimal(round(self.spam_score or 0, 1))
        return str(gettext("%(score)s of 5", score=score))


def describe_text(
    campaign: Campaign,
    frozen: FrozenCampaign,
    given_name: str | None,
    *,
    spam_score: float | None,
) -> SheetText:
    """Return the facts of a campaign in one language, which was rendered once."""
    source, mail = frozen.source, preview_frozen(frozen, given_name)
    doubts = list_doubts(campaign, weight=0)
    return SheetText(
        name=LANGUAGES[campaign.language],
        language=campaign.language,
        other=other_language(campaign),
        mail=mail,
        preheader=source.preheader,
        links=tuple(_ask_about(check_links(source.body, source.document))),
        doubts=explain_doubts(
            each for each in doubts if not isinstance(each.kind, LinkDoubt | LinkOutcome)
        ),
        pictures=_describe_pictures(source.body),
        octets=len(mail.html.encode()),
        spam_score=spam_score,
    )


def _ask_about(links: Sequence[CheckedLink]) -> Iterator[SheetLink]:
    """Yield the links with what the worker knows of them."""
    answers = find_answers(each.target for each in links)
    for each in links:
        note, tone = _judge(each, answers.get(each.target))
        yield SheetLink(words=each.words, target=each.target, note=note, tone=tone)


def _judge(link: CheckedLink, answer: AskedLink | None) -> tuple[str, Tone]:
    if answer and answer.outcome and answer.outcome is not LinkOutcome.ANSWERED:
        return explain_doubt(Doubt(answer.outcome, link.target, answer=answer)), Tone.BAD
    if link.doubt:
        return label(link.doubt), Tone.WARN
    if answer is not None or not is_askable(link.target):
        return "", Tone.GOOD
    return "", Tone.QUIET


def say_why_not_asked() -> str:
    """Return why nobody knows yet whether some links answer: for all of them at once."""
    if current_settings().checks_links:
        return str(gettext("Some are not asked yet: a worker asks them within a minute."))
    return str(gettext("Not asked: the operator switched this check off."))


def _describe_pictures(body: str) -> SheetPictures:
    names = {each.removeprefix(REFERENCE) for each in list_references(body)}
    octets = sum(each.octets for each in list_pictures(names))
    return SheetPictures(len(list_images(body)), ceil(octets / KILOBYTE))
