"""Nov 25, 2026, 18:28 UTC. A moment without its zone could be anybody's."""

DATETIME_FORMAT = "M j, Y, H:i T"
