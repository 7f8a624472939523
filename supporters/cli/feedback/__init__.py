"""Commands about the emails that come back."""
