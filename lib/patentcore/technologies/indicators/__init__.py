"""Figures per unit (a technology or an enterprise), each with its source."""
