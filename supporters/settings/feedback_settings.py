"""Where the emails come back that could not be delivered: SUPPORTERS_FEEDBACK_* variables."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from supporters.loopback import is_this_machine
from supporters.settings.training_settings import TrainingSettings
from supporters.settings.variables import VariableReader

FORMS = (
    "imaps://user@host/INBOX",
    "maildir:/path/of/the/folder",
    "lmtp://127.0.0.1:2424",
    "lmtp:/path/of/the/socket",
)
STANDARD_PORTS = {"imaps": 993, "imap": 143}


@dataclass(frozen=True, kw_only=True)
class FeedbackSettings:
    """A mailbox that is read, or the place where LMTP is spoken.

    `path` is the folder of a mailbox at `host`, a Maildir, or a socket: then there is no `host`.
    """

    scheme: str
    host: str = ""
    port: int = 0
    user: str = ""
    path: str = ""
    password: str = field(default="", repr=False)


def read_feedback(reader: VariableReader, training: TrainingSettings) -> FeedbackSettings | None:
    """Return where the emails come back; None if no variable says it, and in a training."""
    value, password = reader.text("FEEDBACK_URL"), reader.text("FEEDBACK_PASSWORD")
    if not value or training.is_here:
        return None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        reader.fault("FEEDBACK_URL", f"has no valid host or port. Give one of: {_forms()}.")
        return None
    scheme = parts.scheme
    if parts.password is not None:
        reader.fault("FEEDBACK_URL", "has a password. Put it into SUPPORTERS_FEEDBACK_PASSWORD.")
    elif fault := _find_fault(parts, port):
        reader.fault("FEEDBACK_URL", fault)
    elif scheme in STANDARD_PORTS and not password:
        reader.fault("FEEDBACK_PASSWORD", "is missing. Give the password of the mailbox.")
    path = unquote(parts.path)
    return FeedbackSettings(
        scheme=scheme,
        host=parts.hostname or "",
        port=port or STANDARD_PORTS.get(scheme, 0),
        user=unquote(parts.username or ""),
        path=(path.strip("/") or "INBOX") if scheme in STANDARD_PORTS else path,
        password=password,
    )


def _find_fault(parts: SplitResult, port: int | None) -> str | None:
    """Return what is wrong with the place, and what to give instead."""
    scheme, host = parts.scheme, parts.hostname or ""
    is_mailbox, is_here = scheme in STANDARD_PORTS, is_this_machine(host)
    has_path = parts.path.startswith("/") and bool(parts.path.strip("/"))
    faults = {
        f"begins with {scheme or 'nothing'!r}. Give one of: {_forms()}.": (
            scheme not in {*STANDARD_PORTS, "maildir", "lmtp"}
        ),
        f"names no user or no host. Give it as {FORMS[0]}.": (
            is_mailbox and not (host and parts.username)
        ),
        "would send the password unencrypted to another machine. Begin it with imaps://.": (
            scheme == "imap" and not is_here
        ),
        f"isn't the whole path of a Maildir. Give it as {FORMS[1]}.": (
            scheme == "maildir" and (bool(host) or not has_path)
        ),
        f"would listen to other machines, which is unsafe. Give {FORMS[2]}.": (
            scheme == "lmtp" and bool(host) and not is_here
        ),
        f"names neither an address with a port nor a socket. Give {FORMS[2]} or {FORMS[3]}.": (
            scheme == "lmtp" and not (port if host else has_path)
        ),
    }
    return next((fault for fault, is_found in faults.items() if is_found), None)


def _forms() -> str:
    return ", ".join(FORMS)
