"""The tables of mailing lists and subscriptions; the words of a list in its reader's language."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from flask_babel import get_locale
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    false,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supporters.consent.models import IS_CONSENT
from supporters.database import Model, enum_column, foreign_key, part_of
from supporters.languages import DEFAULT_LANGUAGE
from supporters.people.models import MAX_ADDRESS
from supporters.territory.rules import PlaceKind

MAX_SLUG = 60
MAX_NAME = 120
MAX_DESCRIPTION = 500
MAX_SENDER_NAME = 70
MAX_NEXT_EMAIL = 200
MAX_TIME_ZONE = 40
MAX_WELCOME = 2_000


class ListStatus(StrEnum):
    """Whether a list is prepared, takes signups, or takes none any more."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ListText(Model):
    """The name and the description of a list in a further language."""

    __tablename__ = "list_text"
    __table_args__ = (CheckConstraint("name <> ''", name="has_a_name"),)

    mailing_list_id: Mapped[int] = part_of("mailing_list.id")
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    description: Mapped[str] = mapped_column(String(MAX_DESCRIPTION))


class MailingList(Model):
    """A list that people join. `purpose_id` is the purpose that they agree to today.

    `name` and `description` are in `language`; `texts` has them in further languages. Lists are
    shown by `position`. `is_offered_elsewhere`: other signup pages, and the home page, have a box
    for it. A draft has a `closed_at` too, so that an earlier program takes it for a closed list.
    Its emails have its own sender name and reply address, or those of the installation, and its
    meetings begin by the clock of `time_zone`, or by the party's.
    `asks_to_publish`: after each sending the console asks whether the email goes on the site.
    `is_indexed`: search engines may show its issues.
    """

    has_few_rows = True
    __tablename__ = "mailing_list"
    __table_args__ = (UniqueConstraint("slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(MAX_SLUG))
    language: Mapped[str] = mapped_column(
        String(5), default=DEFAULT_LANGUAGE, server_default=DEFAULT_LANGUAGE
    )
    name: Mapped[str] = mapped_column(String(MAX_NAME))
    description: Mapped[str] = mapped_column(String(MAX_DESCRIPTION))
    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), unique=True)
    position: Mapped[int] = mapped_column(default=0, server_default="0")
    is_offered_elsewhere: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]
    is_draft: Mapped[bool] = mapped_column(default=False, server_default=false())
    closed_at: Mapped[datetime | None]
    sender_name: Mapped[str] = mapped_column(String(MAX_SENDER_NAME), default="", server_default="")
    reply_to: Mapped[str] = mapped_column(String(MAX_ADDRESS), default="", server_default="")
    time_zone: Mapped[str] = mapped_column(String(MAX_TIME_ZONE), default="", server_default="")
    asks_to_publish: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_indexed: Mapped[bool] = mapped_column(default=True, server_default=true())

    texts: Mapped[list[ListText]] = relationship(
        cascade="all, delete-orphan", order_by=ListText.language
    )

    @property
    def is_open(self) -> bool:
        """Whether people can join."""
        return self.closed_at is None

    @property
    def status(self) -> ListStatus:
        """Whether the list is a draft, open or closed."""
        if self.is_open:
            return ListStatus.OPEN
        return ListStatus.DRAFT if self.is_draft else ListStatus.CLOSED


class ListThanks(Model):
    """The words for people who have just confirmed a list, in one language.

    `next_email` says when the next email comes. `welcome` is the text of the welcome email; people
    who confirm from `welcomed_since` on get it, and nobody does without that time.
    """

    __tablename__ = "list_thanks"

    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(5), primary_key=True)
    next_email: Mapped[str] = mapped_column(String(MAX_NEXT_EMAIL))
    welcome: Mapped[str] = mapped_column(String(MAX_WELCOME))
    welcomed_since: Mapped[datetime | None]


class ListPurpose(Model):
    """A purpose that a list has or had.

    A list gets a new purpose when its meaning changes. People who agreed to the earlier one keep
    it until they agree again.
    """

    __tablename__ = "list_purpose"
    __table_args__ = (UniqueConstraint("mailing_list_id", "purpose_id"),)

    purpose_id: Mapped[int] = mapped_column(ForeignKey("purpose.id"), primary_key=True)
    mailing_list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id"))
    since: Mapped[datetime]


class Subscription(Model):
    """A person on a list, with the consent event that confirmed it.

    Unsubscribing deletes the row; the consent events keep the history. `welcomed_at` is when the
    welcome email was put into the outbox; after an undo, nobody is welcomed again.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint(IS_CONSENT, name="confirmed"),
        ForeignKeyConstraint(
            ["mailing_list_id", "purpose_id"],
            ["list_purpose.mailing_list_id", "list_purpose.purpose_id"],
        ),
        ForeignKeyConstraint(
            ["consent_event_id", "consent_kind", "subscriber_id", "purpose_id"],
            [
                "consent_event.id",
                "consent_event.kind",
                "consent_event.subscriber_id",
                "consent_event.purpose_id",
            ],
            name="fk_subscription_consent",
        ),
        UniqueConstraint("consent_event_id"),
        Index(
            "ix_subscription_mailing_list_id_purpose_id_subscriber_id",
            *("mailing_list_id", "purpose_id", "subscriber_id"),
        ),
        Index("ix_subscription_mailing_list_id_subscribed_at", "mailing_list_id", "subscribed_at"),
    )

    subscriber_id: Mapped[int] = foreign_key("subscriber.id", primary_key=True)
    mailing_list_id: Mapped[int] = mapped_column(primary_key=True)
    purpose_id: Mapped[int]
    consent_event_id: Mapped[int] = mapped_column(BigInteger)
    consent_kind: Mapped[str] = mapped_column(String(20))
    subscribed_at: Mapped[datetime]
    welcomed_at: Mapped[datetime | None]


class ListTerritory(Model):
    """A place of a list's territory, by its code. The list is offered to people who live there."""

    __tablename__ = "list_territory"

    mailing_list_id: Mapped[int] = part_of("mailing_list.id")
    kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind, "kind"), primary_key=True)
    code: Mapped[str] = mapped_column(String(5), primary_key=True)


class ListWords(NamedTuple):
    """A name, a description, and the language that both are in."""

    name: str
    description: str
    language: str


def list_words_of(mailing_list: MailingList, language: str | None = None) -> ListWords:
    """Return the words of a list in a language; without one, in that of the page or email.

    A list without a text in the language has those that the team wrote first.
    """
    wanted = language or str(get_locale() or "")
    own, *others = list_all_words(mailing_list)
    return next((each for each in others if each.language == wanted != own.language), own)


def list_all_words(mailing_list: MailingList) -> list[ListWords]:
    """Return the words of a list in each language that has some, those of its own first."""
    return [
        ListWords(mailing_list.name, mailing_list.description, mailing_list.language),
        *(ListWords(each.name, each.description, each.language) for each in mailing_list.texts),
    ]


def list_name_of(mailing_list: MailingList, language: str | None = None) -> str:
    """Return the name of a list, as `list_words_of`."""
    return list_words_of(mailing_list, language).name


class ConsentNotice(Model):
    """The one row of the consent notice: people who confirm from then on get it.

    Without the row nobody does.
    """

    __tablename__ = "consent_notice"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent_since: Mapped[datetime]
