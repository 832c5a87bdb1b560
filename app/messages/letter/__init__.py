"""Writing one mail: who reads it, what it tells, in which words. `app.messages.compose` puts the parts together."""
