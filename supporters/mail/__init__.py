"""Transactional emails: the outbox, its templates, and the links in them."""
