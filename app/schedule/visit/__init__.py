"""The pages of one visit: new, seen, pressed on, cancelled."""
