"""Comments of the team beside a campaign, the accounts that they mention, and presence."""
