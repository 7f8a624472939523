"""The figures of a worker, for Prometheus."""
