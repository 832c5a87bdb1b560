"""Lateness: a patient who comes late, a practitioner who runs late, and what may be done about either."""
