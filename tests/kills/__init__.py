"""Workers that are killed while they send: real processes, a real mail server that writes down what it accepted, both engines."""
