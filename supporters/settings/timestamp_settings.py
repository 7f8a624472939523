"""The authority that says when a checkpoint of the log existed (RFC 3161), and its certificates."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.x509 import load_pem_x509_certificates

from supporters.settings.variables import VariableReader
from supporters.settings.witness_policy import is_address

LONGEST_URL = 400


@dataclass(frozen=True)
class TimestampAuthority:
    """The address that it answers at, and the certificates (PEM) that its answers rest on."""

    url: str
    certificates: bytes


def read_timestamp_authority(reader: VariableReader) -> TimestampAuthority | None:
    """Return the authority; None if none is asked."""
    url, path = reader.text("TIMESTAMP_URL"), reader.text("TIMESTAMP_CA")
    if not url and not path:
        return None
    if not is_address(url) or len(url) > LONGEST_URL:
        what = "Give the https:// address of an authority, and its CA in SUPPORTERS_TIMESTAMP_CA."
        reader.fault("TIMESTAMP_URL", f"is {url!r}. {what}")
    try:
        raw = Path(path).read_bytes()
        load_pem_x509_certificates(raw)
    except OSError as error:
        reader.fault("TIMESTAMP_CA", f"is {path!r}, which can't be read: {error.strerror}.")
    except ValueError:
        reader.fault("TIMESTAMP_CA", f"is {path!r}, which has no certificates in PEM.")
    else:
        return TimestampAuthority(url, raw)
    return None
