"""What mail servers mean: the class of an answer, and whether it speaks against a mailbox."""
