"""The parts of `make run`: a mailbox, a sample party, and one command that starts everything."""
