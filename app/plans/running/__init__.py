"""A running course changed: its numbers, its version, its reviews, and what would be if."""
