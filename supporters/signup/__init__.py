"""How people come: they ask on a page, and confirm from their mailbox."""
