"""Calendars that others subscribe to: the visits of one practitioner, or of one room."""
