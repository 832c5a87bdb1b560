"""Photos of the treated area: taken with consent, seen by those who treat, compared before and after."""
