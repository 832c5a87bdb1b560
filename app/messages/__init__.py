"""Which mails a clinic owes its patients, when they are due, and how none is lost or sent twice."""
