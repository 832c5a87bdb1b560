"""Every screen of docs/screens.py in the demo clinic: how heavy it is, how much it asks, and whether it is sound."""
