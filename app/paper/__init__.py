"""What is handed over on paper: the card with a patient's dates, and the sheet about care after a visit."""
