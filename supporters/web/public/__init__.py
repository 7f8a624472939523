"""What supporters see: joining, confirming, leaving, and the proof of what they agreed to."""

from supporters.web.public import confirming, invitations, joining, leaving, pages
from supporters.web.public.blueprint import public

__all__ = ["confirming", "invitations", "joining", "leaving", "pages", "public"]
from supporters.web.public import consent_log, receipts, why

__all__ = ["confirming", "consent_log", "joining", "leaving", "pages", "public", "receipts", "why"]
from supporters.web.public import renewing

__all__ = ["confirming", "joining", "leaving", "pages", "public", "renewing"]
