"""The week: cards between hours, on a phone a list for each day."""
