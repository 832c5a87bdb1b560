"""Side-by-side measurements: every figure is a ratio taken inside one run. `make bench`; nothing here is asserted in a test."""
