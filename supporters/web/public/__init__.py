"""What supporters see: joining, confirming, leaving, their data."""

from supporters.web.public import confirming, joining, leaving, my_data, pages
from supporters.web.public.blueprint import public

__all__ = ["confirming", "joining", "leaving", "my_data", "pages", "public"]
