"""The public archive of sent emails."""
