"""From patents to technologies: assignment, indicators and judgements."""
