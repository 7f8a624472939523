"""The set-up of delivery, checked: DNS, relay, clock, and what the relay does to our messages."""
