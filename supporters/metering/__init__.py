"""Counts what this process does, for Prometheus (ADR 125)."""
