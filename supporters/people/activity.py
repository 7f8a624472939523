"""Records the activity of a person: their retention time starts again (REQ-36)."""

from datetime import datetime

from supporters.people.models import Subscriber


def record_activity(person: Subscriber, now: datetime) -> None:
    """Record an activity of a locked person. An older time than the stored one changes nothing."""
    person.acted_at = max(person.acted_at, now)
    cancel_inactivity_question(person)


def cancel_inactivity_question(person: Subscriber) -> None:
    """Cancel the inactivity question: it no longer counts, and an unsent email is not sent.

    While the data of a person is restricted, or a case is open, silence is no answer. The person
    gets a new question later.
    """
    person.asked_again_at = None
    person.asking_letter_id = None
