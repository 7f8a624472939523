"""The record of processing (GDPR article 30), made from the present settings and tables."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from flask_babel import get_locale, gettext
from sqlalchemy import select

from supporters.accounts.models import ROLES, RoleName
from supporters.accounts.queries import list_organisers
from supporters.config import Settings
from supporters.consent.labels import purpose_kind_name
from supporters.consent.models import OptionalPurpose, Purpose
from supporters.database import db
from supporters.extensions import current_settings
from supporters.languages import DEFAULT_LANGUAGE
from supporters.lists.models import ListPurpose, MailingList
from supporters.loopback import is_this_machine
from supporters.retention.labels import basis_of, data_of, name_of, note_of, time_of
from supporters.retention.queries import list_rules
from supporters.retention.rules import Category
from supporters.retention.table_categories import list_tables_of
from supporters.text.countries import name_of_country
from supporters.text.local_dates import format_date_and_time
from supporters.transparency_log.queries import find_latest_checkpoint


@dataclass(frozen=True)
class ProcessingEntry:
    """A line of the record: its subject, its text, and facts for programs."""

    name: str
    text: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcessingSection:
    """A part of the record; `key` is its name for programs."""

    key: str
    title: str
    entries: tuple[ProcessingEntry, ...]

    @property
    def lines(self) -> list[str]:
        """The entries as text."""
        return [f"{entry.name}: {entry.text}" for entry in self.entries]


@dataclass(frozen=True)
class ProcessingRecord:
    """The whole record at one moment."""

    made_at: datetime
    sections: tuple[ProcessingSection, ...]

    def as_json(self) -> dict[str, object]:
        """Return the record for programs."""
        sections = {
            section.key: [asdict(entry) for entry in section.entries] for section in self.sections
        }
        return {"made_at": self.made_at.isoformat(timespec="seconds"), **sections}


def describe_processing(now: datetime) -> ProcessingRecord:
    """Return the record, in the language of the request."""
    settings = current_settings()
    parts = (
        ("controller", gettext("Controller"), _controller(settings)),
        ("purposes", gettext("Purposes"), _purposes()),
        ("people", gettext("Data subjects"), _people(settings)),
        ("data", gettext("Categories of data"), _categories()),
        ("recipients", gettext("Recipients"), _recipients(settings)),
        ("transfers", gettext("Transfers outside the European Union"), _transfers(settings)),
        ("retention", gettext("Retention times"), _retention()),
        ("security", gettext("Security"), _security(settings)),
    )
    return ProcessingRecord(
        made_at=now,
        sections=tuple(
            ProcessingSection(key, str(title), tuple(each)) for key, title, each in parts
        ),
    )


def _controller(settings: Settings) -> Iterator[ProcessingEntry]:
    where = f"{settings.party_address}, {settings.party_contact}"
    yield ProcessingEntry(settings.party_name, where)
    yield ProcessingEntry(gettext("Data protection officer"), settings.dpo_contact)


def _purposes() -> Iterator[ProcessingEntry]:
    """Yield the mailing lists, and the purposes that people can agree to separately."""
    ground = gettext(
        "political messages to people who asked for them. Explicit consent (GDPR articles "
        "6(1)(a) and 9(2)(a)); it may reveal a political opinion."
    )
    rows = db.session.execute(
        select(ListPurpose.purpose_id, MailingList.name)
        .join(MailingList, MailingList.id == ListPurpose.mailing_list_id)
        .order_by(ListPurpose.purpose_id)
    )
    for purpose_id, name in rows:
        yield ProcessingEntry(name, ground, facts=(f"purpose {purpose_id}",))
    offered = db.session.scalars(select(Purpose).join(OptionalPurpose).order_by(Purpose.id))
    for purpose in offered:
        words = gettext("only for people who agreed to it separately; consent as above.")
        yield ProcessingEntry(
            purpose_kind_name(purpose.kind), words, facts=(f"purpose {purpose.id}",)
        )
    words = gettext("to prove each consent and to answer requests. Legal obligation.")
    yield ProcessingEntry(gettext("Proof and people’s rights"), words)


def _people(settings: Settings) -> Iterator[ProcessingEntry]:
    words = gettext("people who asked for messages of %(party)s.", party=settings.party_name)
    yield ProcessingEntry(gettext("Subscribers"), words)
    words = gettext("people of the party who work in this console.")
    yield ProcessingEntry(gettext("Organisers"), words)


def _categories() -> Iterator[ProcessingEntry]:
    """Yield every category with its present tables and columns."""
    for category in Category:
        tables = list_tables_of(category)
        if tables:
            facts = tuple(f"{name}: {', '.join(columns)}" for name, columns in tables.items())
            yield ProcessingEntry(name_of(category), f"{data_of(category)}.", facts=facts)
    words = gettext(
        "neither IP addresses nor names of browsers are stored. Until a sign-up request is "
        "deleted, it has a keyed hash of the day and of the network that sent it."
    )
    yield ProcessingEntry(gettext("Not kept"), words)


def _recipients(settings: Settings) -> Iterator[ProcessingEntry]:
    """Yield the recipients of data: the team, and each mail server that we send through."""
    words = gettext(
        "people of %(party)s with an account in this console.", party=settings.party_name
    )
    yield ProcessingEntry(gettext("Organisers"), words)
    for server, port in _list_relays(settings):
        where = f"{server}:{port}"
        if is_this_machine(server):
            words = gettext("%(where)s, on this machine.", where=where)
        else:
            words = gettext(
                "%(where)s, a processor: it sees each address and message that it delivers.",
                where=where,
            )
        yield ProcessingEntry(gettext("Mail server"), words, facts=(where,))


def _list_relays(settings: Settings) -> Sequence[tuple[str, int]]:
    """Return the relay of campaigns, and that of transactional emails if it is another."""
    streams = settings, settings.for_transactional
    return [*dict.fromkeys((each.mail_server, each.mail_port) for each in streams)]


def _transfers(settings: Settings) -> Iterator[ProcessingEntry]:
    if settings.leaves_the_union:
        place = name_of_country(settings.mail_country, str(get_locale() or DEFAULT_LANGUAGE))
        yield ProcessingEntry(
            gettext("The mail service, in %(country)s", country=place),
            settings.transfer_ground,
            facts=tuple(f"relay: {server}" for server, _ in _list_relays(settings)),
        )
        return
    words = gettext("this program sends no data outside the Union.")
    for server, _ in _list_relays(settings):
        if not is_this_machine(server):
            how = gettext("Make sure that %(host)s is in the European Union.", host=server)
            words = f"{words} {how}"
    yield ProcessingEntry(gettext("None"), words)


def _retention() -> Iterator[ProcessingEntry]:
    for rule in list_rules():
        words = f"{time_of(rule.days)}. {note_of(rule.note)} {basis_of(rule.basis)}"
        yield ProcessingEntry(
            name_of(Category(rule.category)), words, facts=(f"{rule.category}: {rule.days} days",)
        )


def _security(settings: Settings) -> Iterator[ProcessingEntry]:
    tls = (
        gettext("HTTPS only")
        if settings.is_https
        else gettext("none: this is a development installation")
    )
    yield ProcessingEntry(gettext("Connections of visitors"), tls)
    modes = dict.fromkeys((settings.mail_tls, settings.for_transactional.mail_tls))
    words = f"TLS: {', '.join(modes)}"
    yield ProcessingEntry(gettext("Connection to the mail server"), words)
    head = find_latest_checkpoint()
    if head is None:
        sealed = gettext("nothing was sealed yet")
    else:
        when = format_date_and_time(head.sealed_at)
        sealed = gettext("last sealed on %(when)s, at %(size)s entries", when=when, size=head.size)
    yield ProcessingEntry(gettext("Consent log"), sealed)
    words = gettext("%(count)s; the newest one encrypts", count=len(settings.secret_keys))
    yield ProcessingEntry(gettext("Secret keys"), words)
    words = gettext("argon2 hashes of passwords of at least 12 characters; idle sessions end")
    yield ProcessingEntry(gettext("Accounts"), words)
    accounts = [account for account in list_organisers() if account.active]
    counts = {role: sum(bool(each.has_role(role.value)) for each in accounts) for role in RoleName}
    yield ProcessingEntry(
        gettext("Accounts by role"),
        ", ".join(f"{ROLES[role]}: {count}" for role, count in counts.items()),
        facts=tuple(f"{role.value}: {count}" for role, count in counts.items()),
    )
    words = gettext("each act of the team, with its account and time, sealed in the consent log")
    yield ProcessingEntry(gettext("Audit log"), words)
    words = gettext(
        "objections as keyed hashes, emails encrypted until they are sent, no address in logs"
    )
    yield ProcessingEntry(gettext("Stored data"), words)
