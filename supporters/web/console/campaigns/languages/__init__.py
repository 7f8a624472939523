"""The pages of the texts of a campaign in several languages."""
