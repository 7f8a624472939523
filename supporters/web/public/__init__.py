"""What supporters see: joining, confirming, leaving, proofs of what they agreed to, their data."""

from supporters.web.public import (
    about,
    confirming,
    consent_log,
    invitations,
    joining,
    leaving,
    my_data,
    never,
    pages,
    receipts,
    renewing,
    undo,
    why,
)
from supporters.web.public.blueprint import public

__all__ = [
    "about",
    "confirming",
    "consent_log",
    "invitations",
    "joining",
    "leaving",
    "my_data",
    "never",
    "pages",
    "public",
    "receipts",
    "renewing",
    "undo",
    "why",
]
