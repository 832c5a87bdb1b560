"""A plan's page: its picture, its table, and what the patient was told."""
