"""Closing a day: every visit an outcome, in one press that can be taken back as a whole."""
