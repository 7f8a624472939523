"""The classes of answers about an email, and what each says about the mailbox (REQ-99, REQ-100)."""

from collections.abc import Mapping
from enum import StrEnum


class BounceClass(StrEnum):
    """The cause that a server gives for an email that it did not deliver, by its words."""

    NO_MAILBOX = "no_mailbox"
    NO_DOMAIN = "no_domain"
    DISABLED = "disabled"
    FULL = "full"
    TRANSIENT = "transient"
    EXPIRED = "expired"
    CONTENT = "content"
    SIZE = "size"
    POLICY = "policy"
    AUTHENTICATION = "authentication"
    REPUTATION = "reputation"
    RATE = "rate"
    PROTOCOL = "protocol"
    UNKNOWN = "unknown"


class Weight(StrEnum):
    """The evidence of a class: nobody reads the mailbox; not today; nothing, it is about us."""

    DEAD = "dead"
    SOFT = "soft"
    NOT_THEIRS = "not_theirs"


WEIGHTS: Mapping[BounceClass, Weight] = {
    BounceClass.NO_MAILBOX: Weight.DEAD,
    BounceClass.NO_DOMAIN: Weight.DEAD,
    BounceClass.DISABLED: Weight.SOFT,
    BounceClass.FULL: Weight.SOFT,
    BounceClass.TRANSIENT: Weight.SOFT,
    BounceClass.EXPIRED: Weight.SOFT,
    BounceClass.CONTENT: Weight.NOT_THEIRS,
    BounceClass.SIZE: Weight.NOT_THEIRS,
    BounceClass.POLICY: Weight.NOT_THEIRS,
    BounceClass.AUTHENTICATION: Weight.NOT_THEIRS,
    BounceClass.REPUTATION: Weight.NOT_THEIRS,
    BounceClass.RATE: Weight.NOT_THEIRS,
    BounceClass.PROTOCOL: Weight.NOT_THEIRS,
    BounceClass.UNKNOWN: Weight.SOFT,
}
