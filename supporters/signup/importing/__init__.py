"""A former list is asked: its people get one letter each, and join only by their own yes."""
