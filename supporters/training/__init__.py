"""A training: one person tries the whole day alone, with made-up people (ADR 107)."""
