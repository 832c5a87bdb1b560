"""A time that has become free, and who would gain most from it."""
