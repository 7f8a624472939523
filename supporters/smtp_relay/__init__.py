"""The connection to the relay: the wire, the dialogue, and the meaning of replies."""
