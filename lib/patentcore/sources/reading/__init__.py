"""From the bytes of files to records of raw fields."""
