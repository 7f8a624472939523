"""The pace of campaigns: ceilings for each receiving provider, warm-up, shared connections."""
