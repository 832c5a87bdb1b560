"""Free times: who and what is there, what is taken, and what can be offered."""
