"""A draft beside its text: its languages, and the way back to whatever it lacks."""
