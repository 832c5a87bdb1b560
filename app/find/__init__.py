"""Find: everything a key or a few letters lead to."""
