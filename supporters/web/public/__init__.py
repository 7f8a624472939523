"""What supporters see: joining, confirming, leaving, and the proof of what they agreed to."""

from supporters.web.public import confirming, consent_log, joining, leaving, pages, receipts, why
from supporters.web.public.blueprint import public

__all__ = ["confirming", "consent_log", "joining", "leaving", "pages", "public", "receipts", "why"]
