"""Dates, directions of writing, tables and colours, as readers see them."""
