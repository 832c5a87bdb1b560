"""For programs: the same questions that the pages ask, as JSON in and out."""
