"""The steps of an upgrade: its proof on a copy, the migration, and the way back (ADR 128)."""
