"""How campaigns leave: the ledger, claiming, rendering, SMTP, and what became of each mail."""
