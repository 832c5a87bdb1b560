"""The day: its visits as rows, what must be clear before each, and what may be pressed."""
