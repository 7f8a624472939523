"""The accounts of the team: roles, names, and who counts as a second person."""
