"""What donors see."""
