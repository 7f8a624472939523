"""What we write: campaigns, their content, and the states they pass through."""
