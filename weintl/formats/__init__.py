"""How moments are written, by language: with the hour of 24 and the zone."""
