"""Legal event codes of the offices (INPADOC) and the canonical kinds that they stand for.

A kind is read off the code's description in the EPO's list, which ``ops`` takes as a workbook
beside the events, or in the event itself; where no word decides, off the class of the code.
"""

from __future__ import annotations

import re

# Tried in this order on the description in capitals; the first that is found decides.
_KINDS: tuple[tuple[str, str], ...] = (
    ("other", r"\bNO OPPOSITION|WITHOUT OPPOSITION|OPPOSITION PERIOD"),
    (
        "other",
        r"CHANGE OF (?:THE )?(?:HOLDER|OWNER|PROPRIETOR|APPLICANT|PATENTEE)'?S? (?:NAME|ADD)",
    ),
    ("other", r"(?:LAPSE|EXPIR\w*|CEAS\w*|WITHDRAW\w*|REVO\w*).*(?:CANCELLED|ERRONEOUS|CORRECT)"),
    ("other", r"^(?:ERRONEOUS|CORRECTION)|RESTOR|REINSTAT|RESTITUT|REVIVAL"),
    ("other", r"SEIZURE|EXECUTION|CONFISCAT"),
    ("opposition", r"OPPOSITION|OPPOSED|OPPONENT"),
    (
        "invalidation",
        r"NULLIF|NULLITY|\bNULL\b|INVALID|REVOKED|REVOCATION(?! OF (?:POWER|REPRES))"
        r"|INTER PARTES REVIEW|POST-GRANT REVIEW|CERTIFICATE OF CANCELLATION",
    ),
    ("litigation", r"LITIGATION|LAWSUIT|INFRINGEMENT|COURT (?:CASE|PROCEED|ACTION|DECISION)"),
    ("pledge", r"PLEDGE|MORTGAGE|SECURITY INTEREST|\bLIEN\b|USUFRUCT|CHARGES? \["),
    ("licence", r"LICEN[CS]"),
    (
        "assignment",
        r"ASSIGN(?:MENT|ED|OR)|TRANSFER|CHANGE (?:OF|IN)(?: THE)?(?: PERSON OF)?(?: PATENT)?"
        r" ?(?:OWNER|PROPRIETOR|HOLDER|PATENTEE|APPLICANT|RIGHT)|DEVOLUTION|SUCCESSION",
    ),
    ("expiry", r"EXPIR|LAPSE OF TIME|END OF (?:THE )?(?:TERM|PATENT TERM)|TERM(?:INATION)? ENDED"),
    (
        "lapse",
        r"NON-?\s?PAYMENT|NOT PAID|FAILURE TO PAY|LAPS|CEAS|CESSATION|ABANDON|WITHDRAW"
        r"|RENUNCIATION|RENOUNC|SURRENDER|RELINQUISH|DEEMED|EXTINCT|FORFEIT",
    ),
    ("fee_payment", r"FEES? PAID|PAYMENT|ANNUAL FEE|MAINTENANCE FEE|RENEWAL FEE|ANNUIT"),
)
# Classes of the EPO's list: H cessation of the right, B discontinuation of the application,
# S licences and similar, U payments.
_CLASSES = {"H": "lapse", "B": "lapse", "S": "licence", "U": "fee_payment"}


def kind_of_event(description: str | None, event_class: str | None = None) -> str:
    """Return the canonical kind of a legal event; ``other`` where it is none of the named.

    >>> kind_of_event("OPPOSITION FILED"), kind_of_event("NO OPPOSITION FILED WITHIN TIME LIMIT")
    ('opposition', 'other')
    >>> kind_of_event("EUROPEAN PATENT CEASED THROUGH NON-PAYMENT OF RENEWAL FEE")
    'lapse'
    >>> kind_of_event("DEPOSIT OF THE KEYS", "S")
    'licence'
    """
    text = (description or "").upper()
    for kind, pattern in _KINDS:
        if re.search(pattern, text):
            return kind
    return _CLASSES.get((event_class or "").strip().upper(), "other")
