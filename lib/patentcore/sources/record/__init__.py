"""From raw fields to the rows of the canonical tables."""
