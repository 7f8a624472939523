"""Attacks that alter what is recorded: texts, pages, times, the ledger, counts, a rule."""

import zlib
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import insert, update

from supporters import clock
from supporters.campaigns.models import CampaignVersion
from supporters.consent.models import ConsentEvent, EventKind, PageSnapshot, Wording
from supporters.database import db, transaction
from supporters.delivery.log_watch import verify_and_record
from supporters.transparency_log.models import LogEntry
from tests.audit.keeper.attack_table import Finder, Need, attack
from tests.audit.keeper.attacked_party import BORIS, Party
from tests.audit.keeper.forged_rows import forge_entry, run, write_moment
from tests.factories.campaigns import subscriber_at

OTHER_TEXT = "Je veux recevoir les messages du Parti et de ses amis."
OTHER_PAGE = "<!DOCTYPE html><title>La Lettre</title><p>Autre chose</p>"
OTHER_HASH = sha256(OTHER_TEXT.encode()).hexdigest()


@attack(
    "1a",
    "The words of a consent are other ones",
    Need.SQL,
    found_by={Finder.VERIFY, Finder.DOCTOR, Finder.RECEIPT},
)
def alter_wording(_party: Party) -> None:
    run("UPDATE wording SET text = :text WHERE language = 'fr'", text=OTHER_TEXT)


@attack(
    "1b",
    "The words of a consent and their hash are other ones",
    Need.SQL,
    found_by={Finder.CAMPAIGN, Finder.VERIFY, Finder.DOCTOR, Finder.RECEIPT},
)
def alter_wording_with_hash(_party: Party) -> None:
    run(
        "UPDATE wording SET text = :text, text_hash = :hash WHERE language = 'fr'",
        text=OTHER_TEXT,
        hash=OTHER_HASH,
    )


@attack(
    "1c",
    "A consent has another time",
    Need.SQL,
    found_by={Finder.CAMPAIGN, Finder.VERIFY, Finder.RECEIPT},
)
def alter_time(_party: Party) -> None:
    person = subscriber_at(BORIS).id
    with transaction():
        for event in db.session.scalars(
            db.select(ConsentEvent).where(
                ConsentEvent.subscriber_id == person, ConsentEvent.kind == EventKind.CONFIRMED
            )
        ):
            event.occurred_at -= timedelta(days=400)


@attack("1d", "A kept page is another one", Need.SQL, found_by={Finder.VERIFY})
def alter_page(_party: Party) -> None:
    with transaction():
        db.session.execute(update(PageSnapshot).values(content=zlib.compress(OTHER_PAGE.encode())))


@attack(
    "1f",
    "A kept page and its hash are other ones",
    Need.SQL,
    found_by={Finder.CAMPAIGN, Finder.VERIFY, Finder.RECEIPT},
)
def alter_page_with_hash(_party: Party) -> None:
    content, digest = zlib.compress(OTHER_PAGE.encode()), sha256(OTHER_PAGE.encode()).hexdigest()
    with transaction():
        db.session.execute(
            update(PageSnapshot)
            .where(PageSnapshot.content_hash == _hash_of_page())
            .values(content=content, content_hash=digest)
        )


def _hash_of_page() -> str:
    event = db.select(ConsentEvent.page_snapshot_id).where(
        ConsentEvent.subscriber_id == subscriber_at(BORIS).id,
        ConsentEvent.kind == EventKind.CONFIRMED,
    )
    page = db.session.get_one(PageSnapshot, db.session.scalars(event).one())
    return page.content_hash


@attack(
    "1e",
    "The ledger says that an email which was sent was skipped",
    Need.SQL,
    found_by={Finder.VERIFY},
)
def alter_ledger(party: Party) -> None:
    run("UPDATE delivery SET status = 'skipped' WHERE campaign_id = :id", id=party.sent_id)


@attack(
    "1g",
    "A row of the ledger, all suppressions and all emails to people are gone",
    Need.SQL,
    found_by={Finder.VERIFY},
)
def delete_unsealed_rows(party: Party) -> None:
    run(
        "DELETE FROM delivery WHERE campaign_id = :id AND subscriber_id = :person",
        "DELETE FROM suppression",
        "DELETE FROM outbox_email",
        "UPDATE subscriber SET created_at = acted_at",
        id=party.sent_id,
        person=subscriber_at(BORIS).id,
    )


@attack(
    "n11",
    "A sent campaign has another text, with its hash",
    Need.SQL,
    found_by={Finder.VERIFY, Finder.DOCTOR},
)
def alter_version(party: Party) -> None:
    with transaction():
        version = db.session.scalars(
            db.select(CampaignVersion).where(CampaignVersion.campaign_id == party.sent_id)
        ).one()
        version.content = version.content.replace("Bonjour", "Adieu")
        version.hash = sha256(version.content.encode()).hexdigest()


@attack("n2", "The counts say 5,000 people more", Need.SQL, found_by={Finder.VERIFY})
def raise_counts(_party: Party) -> None:
    run(
        "UPDATE consent_count SET people = people + 5000",
        "UPDATE people_count SET people = people + 5000",
    )


@attack(
    "n3b",
    "The approval rule lets one person write to two million",
    Need.SQL,
    found_by={Finder.VERIFY, Finder.CAMPAIGN},
)
def raise_rule(_party: Party) -> None:
    run("UPDATE approval_rule SET alone_up_to = 2000000")


@attack(
    "x1",
    "A night's verification held all sending; one UPDATE lifts the hold",
    Need.SQL,
    found_by={Finder.CAMPAIGN, Finder.VERIFY, Finder.DOCTOR, Finder.PAGES, Finder.RECEIPT},
)
def lift_hold(party: Party) -> None:
    alter_wording(party)
    verify_and_record(clock.now(), "web1")
    run("UPDATE delivery_control SET held_at = NULL, held_because = NULL, held_size = NULL")


@attack(
    "x2",
    "A wording is added with its entry, dated a month ago",
    Need.SQL,
    found_by={Finder.VERIFY, Finder.DOCTOR},
)
def add_wording(_party: Party) -> None:
    month_ago = clock.now() - timedelta(days=30)
    with transaction():
        before = db.session.scalars(
            db.select(Wording).where(Wording.language == "fr").order_by(Wording.version)
        ).first()
        assert before is not None
        newest = db.session.scalar(db.select(db.func.max(Wording.id))) or 0
        added = Wording(
            id=newest + 1,
            purpose_id=before.purpose_id,
            language="fr",
            version=before.version + 1,
            text=OTHER_TEXT,
            text_hash=OTHER_HASH,
            created_at=month_ago,
        )
        fields: dict[str, object] = {
            "purpose": added.purpose_id,
            "language": added.language,
            "version": added.version,
            "text": added.text,
            "sha256": added.text_hash,
            "created_at": write_moment(month_ago),
        }
        db.session.add(added)
        entry = forge_entry("wording", added.id, fields)
        db.session.execute(insert(LogEntry).values(entry))
