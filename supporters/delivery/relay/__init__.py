"""The way to the relay: the wire, the dialogue, and what it means."""
