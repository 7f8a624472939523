"""The audit log: what the team and the site did."""
