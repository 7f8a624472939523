"""Letters of the system itself: an outbox, its templates, and the links in them."""
