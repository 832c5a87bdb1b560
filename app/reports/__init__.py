"""Figures of a period, each with its definition and the very rows it counts."""
