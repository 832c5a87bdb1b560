"""The clinic's own words in its mails: what of a letter can be written anew, by whom, and how it is checked."""
