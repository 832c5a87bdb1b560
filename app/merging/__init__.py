"""Two records of one person become one: what would move is shown first, one press does it, another takes it apart again."""
