"""The texts of a campaign in other languages than its first one."""
