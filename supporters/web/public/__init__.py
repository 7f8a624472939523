"""What supporters see: joining, confirming, leaving."""

from supporters.web.public import confirming, invitations, joining, leaving, pages
from supporters.web.public.blueprint import public

__all__ = ["confirming", "invitations", "joining", "leaving", "pages", "public"]
