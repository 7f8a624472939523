"""Many signups at once: a spike holds their emails, and an announced broadcast allows them."""
