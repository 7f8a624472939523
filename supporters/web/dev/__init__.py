"""The inbox of development: what the local mailbox received."""

from supporters.web.dev.inbox import dev

__all__ = ["dev"]
