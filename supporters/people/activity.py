"""Notes that somebody acted by their own hand: their time begins anew (REQ-36)."""

from datetime import datetime

from supporters.people.models import Subscriber


def note_act(person: Subscriber, now: datetime) -> None:
    """Note an act of a person who is locked; one that comes to us late makes nothing earlier."""
    person.acted_at = max(person.acted_at, now)
    forget_question(person)


def forget_question(person: Subscriber) -> None:
    """Let the question whether they want to stay not count, nor leave if it still waits.

    Silence while somebody is frozen, or waits for an answer of ours, says nothing: when it is
    time again, they are asked anew.
    """
    person.asked_again_at = None
    person.asking_letter_id = None
