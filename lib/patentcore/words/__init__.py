"""What words, names and symbols have in common wherever they are read."""
