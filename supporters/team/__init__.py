"""Changes of the team: invitations, rights, scopes of lists, resets."""
