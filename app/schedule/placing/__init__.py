"""Whole plans: a time proposed for every open session, and all of them booked at once."""
