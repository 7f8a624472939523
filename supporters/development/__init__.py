"""What `make run` adds on a development machine: a mailbox, a sample party, one start for all."""
