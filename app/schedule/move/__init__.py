"""Moving a visit: a time looked at claim by claim, and what becomes of the later ones."""
