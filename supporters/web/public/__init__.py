"""The pages for subscribers: sign-up, confirmation, unsubscribing, proofs of consent, My data."""

from supporters.web.public import (
    about_pages,
    confirmation_pages,
    consent_log_pages,
    home_pages,
    invitation_pages,
    meeting_pages,
    my_data,
    promise_pages,
    public_pictures,
    receipt_pages,
    reconfirmation_link_pages,
    short_addresses,
    signup_pages,
    undo_pages,
    unsubscribe_pages,
    why_pages,
)
from supporters.web.public.public_blueprint import public

__all__ = [
    "about_pages",
    "confirmation_pages",
    "consent_log_pages",
    "home_pages",
    "invitation_pages",
    "meeting_pages",
    "my_data",
    "promise_pages",
    "public",
    "public_pictures",
    "receipt_pages",
    "reconfirmation_link_pages",
    "short_addresses",
    "signup_pages",
    "undo_pages",
    "unsubscribe_pages",
    "why_pages",
]
