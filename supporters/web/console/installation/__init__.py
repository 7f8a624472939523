"""Pages of the installation: looks, retention, events, the emergency stop."""
