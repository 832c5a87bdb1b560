"""The beginning: an empty clinic becomes a simple one in one press, or is set up step by step."""
