"""Stages of a run beside the main line in ``pipeline``, and what all stages share."""
