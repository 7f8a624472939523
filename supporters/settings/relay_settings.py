"""The port of the relay, and whether the connection to it is encrypted."""

from supporters.loopback import is_this_machine
from supporters.settings.training_settings import TrainingSettings
from supporters.settings.variables import VariableReader

TLS_MODES = ("none", "starttls", "tls")
HIGHEST_PORT = 65535
UNKNOWN_PORT = 0


def read_mail_port(
    reader: VariableReader, *, is_development: bool, training: TrainingSettings
) -> int:
    """Return the port of the relay. Only `flask training` knows the one of its mailbox."""
    if training.is_here:
        return UNKNOWN_PORT
    default = 2525 if is_development else 587
    return reader.number("MAIL_PORT", default, highest=HIGHEST_PORT)


def read_tls(reader: VariableReader, mail_server: str) -> str:
    """Return the mode of the connection: another machine needs encryption."""
    value = reader.text("MAIL_TLS", "none" if is_this_machine(mail_server) else "starttls")
    if value not in TLS_MODES:
        reader.fault("MAIL_TLS", f"is {value!r}. Give one of: {', '.join(TLS_MODES)}.")
        return "starttls"
    if value == "none" and not is_this_machine(mail_server):
        reader.fault("MAIL_TLS", "is 'none' towards another machine. Give starttls or tls.")
    return value
