"""The view from outside: problems in a word each, and figures for Prometheus."""
