"""The write path and the cache of the busiest pages: README.md says how it works and its price."""
