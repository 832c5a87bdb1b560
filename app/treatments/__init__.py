"""The treatments room: what was done in a visit, with which product and lot, and mending such a record."""
