"""The people who work here: signing in, accounts, roles, working hours, absences."""
