"""The journal: what lanes write down while they send, and what it tells once they ended."""
