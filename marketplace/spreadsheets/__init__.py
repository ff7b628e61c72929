"""The catalogue and the shelves as tables that a spreadsheet reads and writes."""
