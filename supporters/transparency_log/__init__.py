"""An append-only log with signed checkpoints (RFC 9162, C2SP). It knows nothing about consent."""
