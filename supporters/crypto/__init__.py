"""Encryption, signatures and the secrets in links."""
