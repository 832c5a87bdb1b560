"""The plan builder: a plan that is being thought of, its times, and the one press that makes and books it."""
