"""An append-only log with signed checkpoints (RFC 9162, C2SP); it knows no consent."""
