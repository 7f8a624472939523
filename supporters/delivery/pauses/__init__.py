"""Pauses that a campaign makes by itself: electoral silence, hidden withdrawals."""
