"""Forms of company as they stand in applicants' names, in capitals."""

from __future__ import annotations

# Unmistakable behind a comma too: Google's downloads part applicants with commas.
COMMON = (
    "CO", "COMPANY", "CORP", "CORPORATION", "INC", "INCORPORATED", "LTD", "LIMITED", "LLC", "LLP",
    "LP", "PLC", "PTE", "PTY", "GMBH", "AG", "KG", "SA", "SPA", "SRL", "BV", "NV", "AB", "OY", "KK",
)  # fmt: skip
IN_NAMES = rf"(?:{'|'.join(COMMON)}|l\.l\.c|s\.a|s\.?p\.?a|b\.v|n\.v|k\.k|s\.?r\.?l|a/s)"
"""An expression of these, with stops inside too; its letters are of either case."""
LATIN = (
    *COMMON,
    "PVT", "BHD", "KGAA", "OHG", "UG", "SE", "SAS", "SARL", "OYJ", "AS", "APS", "GK",
)  # fmt: skip
