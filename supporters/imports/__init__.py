"""Former lists: their files, the invitations made of them, and the answers."""
