"""Makes, checks and retires the keys that sign our emails with DKIM (ADR 112)."""
