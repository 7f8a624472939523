"""How long each kind of data is kept, and the job that sees to it (REQ-36 to REQ-39)."""
