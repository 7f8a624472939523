"""Webhooks: what providers of email relays tell us."""

from supporters.web.hooks.webhook_pages import hooks

__all__ = ["hooks"]
