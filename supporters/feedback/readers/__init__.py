"""Takes the emails that come back: from IMAP, a Maildir, LMTP or a pipe (ADR 111)."""
