"""The world has changed: visits that cannot stay where they are booked, and where they could go, all at once."""
