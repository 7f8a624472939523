"""Asking people again whether they agree, and writing down what they answer (REQ-15, REQ-36)."""
