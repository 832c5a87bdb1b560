"""The protocol library of the clinic: what is in it, and the physician's approval of every version."""
