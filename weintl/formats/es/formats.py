"""25 nov 2026, 18:28 UTC. A moment without its zone could be anybody's."""

DATETIME_FORMAT = "j b Y, H:i T"
