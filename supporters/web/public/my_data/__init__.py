"""My data: what people see of themselves behind a fresh letter, and what they change of it."""

from supporters.web.public.my_data import asking, changing, ending, joining, new_address, showing

__all__ = ["asking", "changing", "ending", "joining", "new_address", "showing"]
