"""All that comes back after sending: bounces, complaints, answers, and what providers report."""
