"""Consent: purposes, wordings, consent events, page snapshots and suppressions."""
