"""What we never do, and the live figures that show it (REQ-143)."""
