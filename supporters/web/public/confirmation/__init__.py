"""Pages behind the links of confirmations."""
