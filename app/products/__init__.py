"""Products and their lots: what may be used today, what expires, what is frozen."""
