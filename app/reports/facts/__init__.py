"""The rows that a figure counts, as one question each, in one shape."""
