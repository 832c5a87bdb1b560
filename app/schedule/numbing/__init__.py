"""The numbing cream of a visit: on, off, how long it may stay, how much there may be of it."""
