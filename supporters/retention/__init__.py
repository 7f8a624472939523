"""How long each category of data is retained."""
