"""Bringing in what a clinic already has: patients and running series from old spreadsheets. Nothing is sent by it."""
