"""Evidence packs, receipts, explanations, compliance checks, the record of processing."""
