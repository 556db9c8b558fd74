"""The index system and the screening funnel (Zheng & Liu, Tables 1 and 2)."""
