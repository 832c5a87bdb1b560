"""Is the engine well: the database, the jobs, the mail. For a watching machine, for the staff, for whoever looks after it."""
