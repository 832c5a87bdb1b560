"""The schedule room: free times, visits booked, moved and cancelled, and a visit's way through the day."""
