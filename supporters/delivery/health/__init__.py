"""The answers of servers about mailboxes, and how many emails each mailbox provider took."""
