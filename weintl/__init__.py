"""weintl: the web platform of an anti-trafficking organisation."""
