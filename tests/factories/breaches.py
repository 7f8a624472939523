"""Factories of breaches, of their affected people, and of notices."""

from datetime import datetime

from supporters import clock
from supporters.accounts.models import Organiser
from supporters.actors import Actor, ActorKind, acting_as
from supporters.breaches.affected_people import AffectedChoice, AffectedWay, add_affected
from supporters.breaches.breach_notices import (
    BreachNoticeText,
    approve_breach_notice,
    write_breach_notice,
)
from supporters.breaches.breach_register import BreachStatement, open_breach
from supporters.breaches.models import Breach, BreachFact, BreachNotice
from supporters.breaches.queries import count_unwritten
from supporters.database import db

TITLE = "Un fichier envoyé à une mauvaise adresse"
FRENCH = BreachNoticeText(
    subject="Vos données ont été vues par un tiers",
    nature="Le 3 mars, un fichier avec votre adresse est parti par erreur.",
    consequences="Vous pourriez recevoir des messages non voulus.",
    measures="Le destinataire a supprimé le fichier.\nMéfiez-vous des messages en notre nom.",
)
ENGLISH = BreachNoticeText(
    subject="Somebody else saw your data",
    nature="On 3 March a file with your address was sent by mistake.",
    consequences="You might get unwanted messages.",
    measures="The recipient deleted the file. Beware of messages in our name.",
)


def statement(discovered_at: datetime | None = None, **facts: str) -> BreachStatement:
    """Return the facts of a breach; the name of each is that of the member in small letters."""
    texts = {BreachFact.WHAT_HAPPENED: "Un fichier est parti à la mauvaise adresse."}
    named = {BreachFact[name.upper()]: text for name, text in facts.items()}
    return BreachStatement(discovered_at=discovered_at or clock.now(), texts={**texts, **named})


def make_breach(discovered_at: datetime | None = None, title: str = TITLE) -> Breach:
    """Return a breach that was recorded now."""
    return open_breach(title, statement(discovered_at))


def affect(breach: Breach, way: AffectedWay = AffectedWay.EVERYBODY, **choice: object) -> int:
    """Add people to the list of a breach; return how many."""
    added = add_affected(breach.id, AffectedChoice(way=way, **choice))  # type: ignore[arg-type]
    assert isinstance(added, int)
    return added


def write_notice(breach: Breach, writer: Organiser) -> BreachNotice:
    """Return the notice of a breach in both languages, by an account."""
    with acting_as(Actor(ActorKind.ACCOUNT, writer.id)):
        notice = write_breach_notice(breach.id, {"fr": FRENCH, "en": ENGLISH})
    assert isinstance(notice, BreachNotice)
    return notice


def approve_notice(breach: Breach, approver: Organiser) -> object:
    """Let an account approve the notice as it is, for the people who wait."""
    db.session.rollback()
    notice = db.session.get_one(BreachNotice, breach.id)
    with acting_as(Actor(ActorKind.ACCOUNT, approver.id)):
        return approve_breach_notice(
            breach.id, approver.id, read_hash=notice.hash, people=count_unwritten(breach.id)
        )
