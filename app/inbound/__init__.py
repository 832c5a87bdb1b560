"""What comes back: bounces, calendar answers and what people write, read from a mailbox."""
