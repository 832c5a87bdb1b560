"""The clinic itself: who it is, where and when it is open, what it has, how it writes to people."""
