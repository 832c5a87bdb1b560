"""What stops a course or lets it begin: the physician's evaluation, findings, reports, and the pauses that follow."""
