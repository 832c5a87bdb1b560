"""The arithmetic of a series: pure rules, no database, no clock, no web."""
