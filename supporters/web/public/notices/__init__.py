"""Pages that tell: privacy, proofs, receipts, the log."""
