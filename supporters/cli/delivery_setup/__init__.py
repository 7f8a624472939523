"""Commands about the set-up of delivery."""
