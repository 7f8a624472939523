"""Emails for a look at the relay: one to a mailbox that a person reads, by each stream."""

from collections.abc import Iterator

from supporters import clock
from supporters.audit_log.audit_events import record_act
from supporters.config import Settings
from supporters.database import transaction
from supporters.delivery_setup.acts import SetupAct
from supporters.delivery_setup.loop_messages import write_loop_message
from supporters.delivery_setup.models import LoopShape
from supporters.extensions import current_settings
from supporters.ids import new_id
from supporters.mail.dkim.signing_keys import current_signer
from supporters.mail.message.envelope_senders import TRANSACTIONAL, EnvelopeWriter
from supporters.smtp import Timeouts
from supporters.smtp_relay.outcomes import AttemptOutcome, RelayReply
from supporters.smtp_relay.transport import OutgoingMessage, SmtpTransport

IN_A_REQUEST = Timeouts(connect=5, greeting=10, mail=10, rcpt=10, data=10, dot=20)


class _Listener:
    """Records the answer of the relay."""

    def __init__(self) -> None:
        self.replies: list[RelayReply] = []

    def before_body(self, _message: OutgoingMessage) -> bool:
        """Let the body be sent."""
        return True

    def on_reply(self, _message: OutgoingMessage, reply: RelayReply) -> None:
        """Keep the result."""
        self.replies.append(reply)


def settings_of(shape: LoopShape) -> Settings:
    """Return the settings of the stream that messages of a shape leave by."""
    settings = current_settings()
    return settings if shape is LoopShape.CAMPAIGN else settings.for_transactional


def send_one_message(settings: Settings, message: OutgoingMessage) -> RelayReply:
    """Send a message now; return what the relay says, or why it could not be asked."""
    listener, transport = _Listener(), SmtpTransport(IN_A_REQUEST, settings)
    transport.deliver(iter([message]), listener)
    transport.close()
    failed = transport.problem or RelayReply(AttemptOutcome.NOT_TRIED, "")
    return next(iter(listener.replies), failed)


def send_trial_emails(recipient: str) -> Iterator[tuple[Settings, RelayReply]]:
    """Send a message of each shape to a mailbox; yield its stream and the answer of the relay."""
    with transaction():
        record_act(SetupAct.LOOP_TESTED)
    for shape in LoopShape:
        now, settings = clock.now(), settings_of(shape)
        test_id = new_id(now)
        message = write_loop_message(settings, shape, recipient, test_id=test_id, sent_at=now)
        sender = EnvelopeWriter(settings, TRANSACTIONAL).write(test_id)
        outgoing = OutgoingMessage(sender, recipient, current_signer()(message))
        yield settings, send_one_message(settings, outgoing)
