"""The simulated clinic: one seed drives a clinic over years through the real actions, jobs, database and composer.

Only three things are not the real ones: the clock, which jumps from one moment at which something happens to the next; chance, which
is drawn from the seed; and the mail server, which writes down what it accepted and fails in every way a mail server can. The promises
of docs/reliability.md are asked of every mail as it is accepted, of the whole database each night, and once more at the end.
"""
