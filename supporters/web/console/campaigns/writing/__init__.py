"""What one does with a draft beside its text: its languages, and the way back to what it lacks."""
