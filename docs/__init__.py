"""What people read; `docs.screenshots` makes its pictures."""
