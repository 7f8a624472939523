"""The meaning of mail servers: the class of an answer, and whether it speaks against a mailbox."""
