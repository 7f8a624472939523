"""Signing in: passwords, second factors, passkeys, sessions, OpenID."""
