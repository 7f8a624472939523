"""Pages of the installation: looks, retention, broadcasts, the emergency stop."""
