"""The people who are treated: found by any part of a name or telephone, their contact, what they agreed to, their card."""
