"""The audit trail as people read it: who did or saw what."""
