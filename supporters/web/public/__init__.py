"""What supporters see: joining, confirming, leaving."""

from supporters.web.public import confirming, joining, leaving, pages, renewing
from supporters.web.public.blueprint import public

__all__ = ["confirming", "joining", "leaving", "pages", "public", "renewing"]
