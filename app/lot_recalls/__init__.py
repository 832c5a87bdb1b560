"""Lots that are called back: who was given something of them, what they are told, who has heard."""
