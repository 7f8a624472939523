"""Whether a person's mailbox can be reached: what came back about it, and who is not written to."""
