"""Many signups at once: a spike holds their emails, and an event allows them beforehand."""
