"""The library a clinic starts with: acts, areas, rules, care texts, message kinds and default protocols.

Data for a physician to review, never medical advice: no protocol of it may be used before a physician approved it.
"""
