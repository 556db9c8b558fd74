"""Adapters: one module per export format, raw file to canonical tables."""
