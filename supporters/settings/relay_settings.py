"""The relay of campaigns, and the other one that transactional emails may have (ADR 115)."""

from dataclasses import dataclass

from supporters.loopback import is_this_machine
from supporters.settings.training_settings import TrainingSettings
from supporters.settings.variables import VariableReader

TLS_MODES = ("none", "starttls", "tls")
HIGHEST_PORT = 65535
UNKNOWN_PORT = 0
BOUNCE_TOKEN_LENGTH = 40
LONGEST_BOUNCE_NAME = 64 - len("+") - BOUNCE_TOKEN_LENGTH  # RFC 5321 section 4.5.3.1.1
TRANSACTIONAL = "TRANSACTIONAL_"
OF_A_STREAM = (
    *("MAIL_SERVER", "MAIL_PORT", "MAIL_USERNAME", "MAIL_PASSWORD", "MAIL_TLS"),
    "MAIL_FROM",
)


@dataclass(frozen=True, kw_only=True)
class Relay:
    """A relay, how to sign in, and the sender and bounce addresses that emails have there."""

    server: str
    port: int
    username: str | None
    password: str | None
    tls: str
    sender: str
    bounce_address: str


def read_relay(
    reader: VariableReader, *, is_development: bool, training: TrainingSettings
) -> Relay:
    """Return the relay of campaigns, and of all other emails unless these have their own."""
    server = reader.text("MAIL_SERVER", "127.0.0.1")
    sender = read_address(reader, "MAIL_FROM", "lettre@parti.example")
    return Relay(
        server=server,
        port=read_mail_port(reader, is_development=is_development, training=training),
        username=reader.text("MAIL_USERNAME") or None,
        password=reader.text("MAIL_PASSWORD") or None,
        tls=read_tls(reader, server),
        sender=sender,
        bounce_address=_check_bounce_name(
            reader, "BOUNCE_ADDRESS", read_address(reader, "BOUNCE_ADDRESS", sender)
        ),
    )


def read_mail_port(
    reader: VariableReader, *, is_development: bool, training: TrainingSettings
) -> int:
    """Return the port of the relay. Only `flask training` knows the one of its mailbox."""
    if training.is_here:
        return UNKNOWN_PORT
    default = 2525 if is_development else 587
    return reader.number("MAIL_PORT", default, highest=HIGHEST_PORT)


def read_transactional_relay(reader: VariableReader, relay: Relay) -> Relay | None:
    """Return the relay of transactional emails if one of its variables is given.

    Missing ones are those of the relay of campaigns. Another server never gets its password.
    """
    given = {name: reader.text(TRANSACTIONAL + name) for name in OF_A_STREAM}
    if not any(given.values()):
        return None
    is_other = bool(given["MAIL_SERVER"])
    server = given["MAIL_SERVER"] or relay.server
    has_own_account = is_other or bool(given["MAIL_USERNAME"])
    port = 587 if is_other else relay.port
    has_same_tls = not is_other and not given["MAIL_TLS"]
    sender = read_address(reader, f"{TRANSACTIONAL}MAIL_FROM", relay.sender)
    return Relay(
        server=server,
        port=reader.number(f"{TRANSACTIONAL}MAIL_PORT", port, highest=HIGHEST_PORT),
        username=given["MAIL_USERNAME"] or (None if has_own_account else relay.username),
        password=given["MAIL_PASSWORD"] or (None if has_own_account else relay.password),
        tls=relay.tls if has_same_tls else read_tls(reader, server, TRANSACTIONAL),
        sender=sender,
        bounce_address=_find_bounce_address(reader, relay, sender),
    )


def _find_bounce_address(reader: VariableReader, relay: Relay, sender: str) -> str:
    """Return where bounces come: to the domain of the sender, so that SPF speaks for it."""
    if relay.bounce_address == relay.sender:
        return _check_bounce_name(reader, f"{TRANSACTIONAL}MAIL_FROM", sender)
    return f"{relay.bounce_address.rpartition('@')[0]}@{sender.rpartition('@')[2]}"


def _check_bounce_name(reader: VariableReader, name: str, address: str) -> str:
    """Return an address whose local part, with a token behind it, is each email's sender."""
    if len(address.rpartition("@")[0]) > LONGEST_BOUNCE_NAME:
        reader.fault(
            name,
            f"would be {address!r}. Give an address with at most {LONGEST_BOUNCE_NAME} characters "
            "before the @: in each email a + and a token that identifies it follow them.",
        )
    return address


def read_address(reader: VariableReader, name: str, default: str) -> str:
    """Return a bare email address of ASCII."""
    value = reader.text(name, default)
    local, at, domain = value.rpartition("@")
    if not (local and at and domain) or " " in value or not value.isascii():
        reader.fault(name, f"is {value!r}. Give one bare email address, as in name@party.example.")
        return default
    return value


def refuse_development_mailbox(reader: VariableReader) -> None:
    """Refuse the mailbox of development as the relay of a production."""
    for stream in ("", TRANSACTIONAL):
        is_here = is_this_machine(reader.text(f"{stream}MAIL_SERVER"))
        if is_here and reader.text(f"{stream}MAIL_PORT") in {"2525", "1025"}:
            reader.fault(
                f"{stream}MAIL_SERVER",
                "is the development mailbox. Give the relay that sends our email.",
            )


def read_tls(reader: VariableReader, mail_server: str, stream: str = "") -> str:
    """Return the mode of the connection: another machine needs encryption."""
    name = f"{stream}MAIL_TLS"
    value = reader.text(name, "none" if is_this_machine(mail_server) else "starttls")
    if value not in TLS_MODES:
        reader.fault(name, f"is {value!r}. Give one of: {', '.join(TLS_MODES)}.")
        return "starttls"
    if value == "none" and not is_this_machine(mail_server):
        reader.fault(name, "is 'none' towards another machine. Give starttls or tls.")
    return value
