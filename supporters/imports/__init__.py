"""Imports of former lists: the files, the invitations, and the answers."""
