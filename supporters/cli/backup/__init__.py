"""Commands about backups and their restore."""
