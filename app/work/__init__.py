"""The worklists: everything that waits for a person, so that nobody falls out of sight."""
