"""Commands about the installation itself: its settings, its first day."""
