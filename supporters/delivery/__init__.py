"""How campaigns are sent: the ledger, claims, rendering, SMTP, and the result of each email."""
