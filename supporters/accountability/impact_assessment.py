"""The data sheet for the impact assessment (GDPR article 35(7)), with the real counts.

It states the facts and the measures of the program. The controller judges the risks and signs.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from flask_babel import format_decimal, gettext
from sqlalchemy import Select, func, select

from supporters.accountability.processing_record import (
    ProcessingEntry,
    ProcessingRecord,
    ProcessingSection,
)
from supporters.accounts.models import Organiser
from supporters.campaigns.models import Campaign
from supporters.cases.models import Case
from supporters.consent.trigger_counts import count_people_by_purpose, count_people_known
from supporters.database import db
from supporters.extensions import current_settings
from supporters.imports.models import ListImport
from supporters.lists.models import MailingList
from supporters.lists.queries import list_lists_of_purposes

YEAR = timedelta(days=365)


def describe_impact(now: datetime) -> ProcessingRecord:
    """Return the data sheet, in the language of the request."""
    parts = (
        ("need", gettext("Why an assessment is required"), _need()),
        ("scale", gettext("Scale"), _scale(now)),
        ("necessity", gettext("Necessity and proportionality"), _necessity()),
        ("risks", gettext("Risks and measures"), _risks()),
        ("decisions", gettext("For the controller to decide"), _decisions()),
    )
    return ProcessingRecord(
        made_at=now,
        sections=tuple(
            ProcessingSection(key, str(title), tuple(each)) for key, title, each in parts
        ),
    )


def _need() -> Iterator[ProcessingEntry]:
    party = current_settings().party_name
    yield ProcessingEntry(
        gettext("Political opinions"),
        gettext(
            "A subscription shows an opinion: that of people who want the messages of %(party)s "
            "(GDPR article 9(1)).",
            party=party,
        ),
    )
    yield ProcessingEntry(
        gettext("Large scale"),
        gettext("Special categories of data on a large scale need it (GDPR article 35(3)(b))."),
    )


def _scale(now: datetime) -> Iterator[ProcessingEntry]:
    since, people = now - YEAR, count_people_by_purpose()
    launched = Campaign.launched_at >= since
    on_lists = [people[each] for each in list_lists_of_purposes() if each in people]
    for name, count in (
        (gettext("People who confirmed"), count_people_known()),
        (gettext("Subscriptions"), sum(on_lists)),
    ):
        yield _figure(name, count)
    for name, counted in (
        (gettext("Lists"), _count(MailingList)),
        (gettext("Campaigns of the last 12 months"), _count(Campaign).where(launched)),
        (
            gettext("Messages of the last 12 months"),
            select(func.coalesce(func.sum(Campaign.audience), 0)).where(launched),
        ),
        (gettext("Imports of former lists"), _count(ListImport)),
        (
            gettext("Privacy requests of the last 12 months"),
            _count(Case).where(Case.received_at >= since),
        ),
        (
            gettext("Accounts that can sign in"),
            _count(Organiser).where(Organiser.active, Organiser.password.is_not(None)),
        ),
    ):
        yield _figure(name, int(db.session.scalar(counted) or 0))


def _figure(name: str, count: int) -> ProcessingEntry:
    return ProcessingEntry(name, str(format_decimal(count)), facts=(str(count),))


def _count(model: type) -> Select[int]:
    return select(func.count()).select_from(model)


def _necessity() -> Iterator[ProcessingEntry]:
    yield ProcessingEntry(
        gettext("Ground"),
        gettext(
            "Explicit consent, confirmed from the mailbox, for each purpose apart. Nobody else can "
            "put a person on a list."
        ),
    )
    yield ProcessingEntry(
        gettext("Data"),
        gettext("The record of processing lists each category, column and retention time."),
    )
    yield ProcessingEntry(
        gettext("Rights"),
        gettext(
            "People see, correct, take along, restrict and erase their data themselves in My data. "
            "Every email has a link that ends it."
        ),
    )


def _risks() -> Iterator[ProcessingEntry]:
    yield ProcessingEntry(
        gettext("The list leaks, and shows who holds which opinion"),
        gettext(
            "An export needs a right of its own, the password again and a reason, and informs the "
            "owners and the officer. Each act is in the audit log. Logs have no addresses."
        ),
    )
    yield ProcessingEntry(
        gettext("People get messages that they never asked for"),
        gettext(
            "Consent is checked again when a message leaves; objections stay as keyed hashes; one "
            "button stops all sending."
        ),
    )
    yield ProcessingEntry(
        gettext("A member of the team abuses the console"),
        gettext(
            "Roles, a second person for imports, an audit log that nobody can change unseen, and "
            "notices to the owners and the officer."
        ),
    )
    yield ProcessingEntry(
        gettext("Proof of consent is lost or forged"),
        gettext(
            "Each consent is sealed in a log whose checkpoints leave the machine. The checks find "
            "an altered, missing or added record."
        ),
    )
    yield ProcessingEntry(
        gettext("Data stays for too long, or comes back from a backup"),
        gettext(
            "A purge deletes expired data every day; after a restore, withdrawals and erasures are "
            "applied again before anything is sent."
        ),
    )


def _decisions() -> Iterator[ProcessingEntry]:
    yield ProcessingEntry(
        gettext("Severity and likelihood"),
        gettext("Judge each risk above with the measures that are in place at your site."),
    )
    yield ProcessingEntry(
        gettext("Advice"),
        gettext(
            "Ask the data protection officer (article 35(2)), and people concerned where that is "
            "appropriate (article 35(9)). Note their views and your answer."
        ),
    )
    yield ProcessingEntry(
        gettext("Remaining high risk"),
        gettext("Consult the data protection authority before you start (article 36)."),
    )
    yield ProcessingEntry(
        gettext("Review"),
        gettext("Print this sheet, sign and date it, and repeat it when the scale changes."),
    )
