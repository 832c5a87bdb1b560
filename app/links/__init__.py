"""The pages behind the links in mails: opening one changes nothing, one press does one thing."""
