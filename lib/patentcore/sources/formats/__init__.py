"""The export formats, a module each."""
