"""Template tags of gifts."""
