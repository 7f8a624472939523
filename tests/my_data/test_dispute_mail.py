"""The email that warns owners of disputes describes the state of the campaign correctly."""

from datetime import timedelta

import pytest

from supporters import clock
from supporters.database import transaction
from supporters.mail.models import EmailKind
from supporters.mail.outbox import EmailDraft, put_email
from supporters.mail.outbox_sender import send_due_emails
from tests.servers.relay import Received, Relay

PAUSED, WARNING, LEFT = "campaign is paused", "is not paused", "all its messages had left"
ALL_FRENCH = ("campagne est suspendue", "n’est pas suspendue", "étaient partis, ou")


def mail_of(relay: Relay, language: str, **became: int) -> Received:
    """Send the email and return it as the mail server got it."""
    draft = EmailDraft(
        kind=EmailKind.DISPUTE_PAUSE,
        recipient="owner@parti.example",
        language=language,
        values={"subject": "Samedi", "contests": 5, "campaign_url": "http://localhost/", **became},
        useful_for=timedelta(days=7),
    )
    with transaction():
        put_email(draft, now=clock.now())
    send_due_emails()
    (mail,) = relay.mails
    return mail


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("became", "words"),
    [
        ({"is_paused": 1, "is_warning": 0}, PAUSED),
        ({"is_paused": 0, "is_warning": 1}, WARNING),
        ({"is_paused": 0, "is_warning": 0}, LEFT),
        ({"is_paused": 0}, LEFT),  # queued before an upgrade of the program
    ],
)
def test_email_states_one_outcome_of_the_campaign(
    relay: Relay, became: dict[str, int], words: str
) -> None:
    mail = mail_of(relay, "en", **became)
    for kind in ("plain", "html"):
        text = " ".join(mail.part(kind).split())
        assert [each for each in (PAUSED, WARNING, LEFT) if each in text] == [words]


@pytest.mark.usefixtures("app")
def test_warning_in_french_says_that_nothing_was_paused_and_why(relay: Relay) -> None:
    mail = mail_of(relay, "fr", is_paused=0, is_warning=1)
    assert "suspendu" not in str(mail.message["Subject"])
    for kind in ("plain", "html"):
        text = " ".join(mail.part(kind).split())
        assert [each for each in ALL_FRENCH if each in text] == [ALL_FRENCH[1]]
        assert "un dixième de tous ses destinataires" in text
