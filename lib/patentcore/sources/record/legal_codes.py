"""Legal event codes of the offices (INPADOC) and the canonical kinds that they stand for.

A kind is read off the code's description in the EPO's list, which ``ops`` takes as a workbook
beside the events, or in the event itself. What a description says comes before the class of its
code, and a description that leaves open what happened is ``other``: a wrong kind is worse than
none.
"""

from __future__ import annotations

import re

# Tried in this order on the description in capitals; the first that is found decides.
_WORDS: tuple[tuple[str, str], ...] = (
    # What an earlier event said was wrong: that event is counted, or never happened.
    (
        "other",
        r"^(?:ERRAT|ERRONEOUS|CORRECTION|CORRIGEND|RECTIFICATION|COMPLETE REPUBLICATION|NEW DATE)"
        r"|\((?:CORR\.|CORRECTED|CORRECTION|DELETED)\)|(?:CORRECTED|DELETED)\]|IS ERRONEOUS"
        r"|INFORMATION\b.*(?:DELETED|MODIFIED)|DATA.* MODIFIED|(?:CHANGED|DELETED) \["
        r"|(?:UNITARY EFFECT|FEE) (?:CHANGED|DELETED)$|^(?:GB: )?DELETE |TO BE DELETED"
        r"|FORMER (?:ANN|NOT|ACT)"
        r"|(?:DECISION|RESOLUTION|REJECTION|CHANGE|NULLITY|WITHDRAWAL|WITHDRAWN|REFUSAL)"
        r" CANCELLED(?! ALL)|PUBLICATION .*CANCELLED|: RE(?:PUBLICATION|CTIFICATION)$"
        r"|PUBLI[^:]* (?:REVOKED|WITHDR)|NOT (?:WITHDRAWN|CEASED)|NON-CONFIRMED"
        r"|NOT ANY MORE IN|RECISSION",
    ),
    # Several kinds at once, the name of a party, or what was printed.
    (
        "other",
        r"ASSIGNMENTS FOR LICENCE OR|ASSIGNMENTS, TRANSMISSIONS, LICENCES|LICENSEE/MORTGAGES"
        r"|NAME OF LICENSEE|SPECIFICATION PRINTED|^PATENT OF ADDITION \(",
    ),
    ("licence", r"LICEN[CS]ES? OF RIGHT"),
    (
        "other",
        r"\bNO OPPOSITION|WITHOUT OPPOSITION|OPEN(?:ED)? TO OPPOSI?TION"
        r"|OPPOSITION AGAINST DECISION|OPPOSITION DEEMED NOT|RULED-OUT OPPOSITION",
    ),
    ("litigation", r"(?:SUPREME COURT|A COURT DECISION) .*AFTER OPPOSITION"),
    (
        "opposition",
        r"(?<!DUE TO AN )(?<!\(E\.G\. )OPPOSITION(?! PERIOD|- OR)"
        r"|DUE TO AN OPPOSITION FILED|OPPOS\.|OPPONENT",
    ),
    (
        "pledge",
        r"PLEDG|MORTGAGE|SECURITY INTEREST|\bLIEN\b|USUFRUCT|CHARGES? \[|FINANCIAL INTEREST"
        r"|SEIZ|CONFISCAT|DISTRAINT|ATTACHMENT|\bIN REM\b|(?:LEVY|MEANS) OF EXECUTION"
        r"|PRESERVATION OF PATENT",
    ),
    ("licence", r"LICEN[CS]|EXPLOITATION CONTRACT"),
    # The right went for want of a fee or a translation, or its owner gave it up, whatever the
    # office calls it.
    (
        "lapse",
        r"INVALID DUE TO NON-?PAYMENT|HAS BECOME INVALID \(NON-PAYMENT|AS NO TRANSLATION HAS"
        r"|ALWAYS HAVING BEEN VOID|VOID AB INITIO|SURRENDER AND REVOCATION|SURRENDER ACCEPTED"
        r"|OFFER ACCEPTED BY THE COMPTROLLER|SURRENDER \*\* PATENT REVOKED"
        r"|BY (?:VOLUNTARY )?SURRENDER|(?<!PARTIAL )SURRENDER OF PATENT"
        r"|PATENT SURRENDERED(?! IN PART)|REGISTRATION OF ABANDONMENT OF RIGHT"
        r"|PATENT DEEMED LAPSED|DECLARING THE DECISIONS ON THE GRANT",
    ),
    ("litigation", r"INFRINGEMENT OR REVOCATION PROCE|NON[- ]INFRI"),
    # What is revoked, annulled or void is not the right, or it is so only perhaps.
    (
        "other",
        r"GRANT (?:DATE )?(?:WAS )?REVOKED|REVOKING PATENT AND GRANTING|REMAND OF REVOCATION"
        r"|REVOCATION OF (?:REVOCATION|PUBLISHED|TRANSLATION|A PCT|POWER|REPRES)"
        r"|\(PUBLICATION FORBIDDEN\)|INVALIDATION OF (?:CLAIM|PUBLICATION|THE CANCELLATION|TRIAL)"
        r"|DISPOSITION OF INVALIDATION|ISSUED AFTER PARTIAL INVALIDATION|AFTER ERRONEOUS"
        r"|REVOCATION REQUEST IS DEEMED NOT|REINSTATEMENT (?:OR|AFTER)|LIMITATION SUBSEQUENTLY"
        r"|WITHDRAWAL OF ANNULMENT"
        r"|ANNULMENT (?:OF|OR RECTIFICATION OF) (?:DECISION|FORMER)|APPLICATION ANNULLED",
    ),
    ("lapse", r"ANNUL\w+ ?(?:OR|/) ?LAPSE|LAPSED OR ANN?UL|^LAPSED, NULLIFIED|AS ANNULLED"),
    ("expiry", r"ANNULMENT .*EXPIRATION OF TERM"),
    (
        "invalidation",
        r"NULLIF|NULLITY|NULL AND VOID|INVALID|REVOK(?:ED|ING|E PATENT)\b|REVOCATION"
        r"|INTER PARTES REVIEW|(?<!STATUS: )POST-GRANT REVIEW|COVERED BUSINESS METHOD"
        r"|ANNULMENT|ANNULATION|ANNULLED|TOTALLY ANNUL|ACTION FOR VOID"
        r"|^(?:PARTIALLY )?DECLARED VOID|CANCELLED ALL CLAIMS|TOTAL CANCELLATION BY COURT"
        r"|(?:PATENT|MODEL|RIGHT) CANCELLED|CANCELLING AN? (?:INVENTION|UTILITY MODEL) PATENT"
        r"|CANCELLATION OF A RIGHT|REQUEST FOR CANCELLATION OF UTILITY|CANCELLATION OR RULING"
        r"|FULLY CANCELLED|UTILITY MODEL TERMINATED|TOTAL TERMINATION|REQUEST FOR TERMINATION"
        r"|RE-EXAMINATION: PATENT WITHDRAWN",
    ),
    # The office or a court: which of them is not said.
    (
        "other",
        r"OPT-OUT|COMPETENCE OF THE UNIFIED|COMPTROLLER OR THE COURT"
        r"|/(?:FEDERAL PATENT )?COURT",
    ),
    (
        "litigation",
        r"LITIGATION|LAWSUIT|\bSUIT\(?S\)? |INFRINGEMENT|\bCOURT\b|JUDGE?MENT|LEGAL ACTION"
        r"|(?:JUDICIAL|JURIDICAL) DECISION|STATE COUNCIL|ACTION AFFECTING THE (?:OWN|EXIST)",
    ),
    # What was lost is there again, or somebody asks for it.
    (
        "other",
        r"(?<!WITH RIGHT OF )RESTOR|REINSTA|RESTITUT|REVIV|RE-?ESTABL|REACTIVAT|RESTAURATION",
    ),
    # A new name, perhaps, and no new owner; nothing passed, or something else than the right.
    (
        "other",
        r"OWNERSHIP OR CHANGE OF NAME|NAME (?:AND/)?OR .*(?:OWNERSHIP|TRANSFER)"
        r"|OWNERSHIP OR IN THE ADDRESS|PERSON(?:/|, )(?:THE )?NAME"
        r"|EXCEPT OF CHANGE OF OWNERSHIP|APPLICANT INFORMATION"
        r"|CHANGE (?:OF|IN) (?:THE )?(?:PATENT )?(?:HOLDER|OWNER|PROPRIETOR|APPLICANT|PATENTEE)"
        r"'?S?\(?S?\)?'? (?:NAME|ADD)"
        r"|TRANSFER (?:OF RIGHTS )?(?:PENDING|REFUSED|REJECTED|WITHDRAWN|PROCEDURE|OR CHANGE)"
        r"|DECLINING OF TRANSFER|RELATED TO REQUESTED TRANSFER|RETURN \(TRANSFER"
        r"|TRANSFER OF (?:A CASE|TRIAL FILE)|TRANSFER TO EXAMINER|CASE TRANSFERRED"
        r"|MAIN PATENT TRANSFERRED|CODE ASSIGNED|ASSIGNED FOR AMENDMENT|SUCCESSION STATE"
        r"|ONUS OF PATENT ASSIGNMENT|OBLIGATION OF CONCLUDING",
    ),
    (
        "assignment",
        r"ASSIGN?MENT|ASSIGNED|ASSIGNOR|\bCESSION\b|NEW ASSIGNEE OR OWNER|TRANSFER|DEVOLUTION"
        r"|SUCCESSION|LEGAL SUCCESSOR|TRANSMISSION OF PROPERTY|SUBSTITUTION OF APPLICANT|^MERGER$"
        r"|CHANGES? (?:OF|IN)(?: THE)?(?: PERSON OF)?(?: PATENT)?"
        r" ?(?:OWNER|PROPRIETOR|HOLDER|PATENTEE|APPLICANT)",
    ),
)

# Sections of the British Patents Acts, which the descriptions of proceedings name and no more:
# 14/1949 is opposition to a grant, 33/1949, 72 and 73/1977 are revocation, 71/1977 is the
# declaration of non-infringement, the last are licences. Other sections are of no kind.
_SECTIONS = {
    ("14", "1949"): "opposition",
    ("33", "1949"): "invalidation",
    ("72", "1977"): "invalidation",
    ("73", "1977"): "invalidation",
    ("71", "1977"): "litigation",
    **{(section, "1949"): "licence" for section in ("35", "36", "37", "41")},
    **{(section, "1977"): "licence" for section in ("46", "47", "48")},
}
_SECTION = re.compile(r"SECT(?:ION)?S?\.? ?(\d+)\b.*\b(1949|1977)\b")

# How a right or an application ends.
_ENDS: tuple[tuple[str, str], ...] = (
    (
        "other",
        r"IN MEANTIME|SNAPSHOT|PRIORITY GUARANTEE|EXPIRATION OF (?:TIME|\d+TH MONTH)"
        r"|EXPIRY OF A PCT|PCT APPLICATION EXPIRED|PARTIAL|PARTLY|\bIN PART\b|DEEMED NOT"
        r"|DIVISION DEEMED|NEVER TO HAVE BEEN ADDED|OFFER TO SURRENDER|TO WITHDRAW OR|APPEAL"
        r"|DECISION OF LAPSE$|DATE WITHDRAWN|DUE TO AN ACTION|TOO EARLY|ATTORNEY DISC"
        r"|DISCONTINUANCE|REQUEST FOR FORFEITURE|FILING OF FORFEITURE|REQUEST FOR DIVISION"
        r"|SPC APPLICATION",
    ),
    # A request was withdrawn, no application and no right.
    (
        "other",
        r"(?:REQUEST(?! FOR WITHDRAWAL)|ACTION|PETITION|REFERE?NCE|DESIGNATION|PRIORITY|OFFER|TRIAL"
        r"|DECISION|RE-?EXAMINATION|EXTENSION|APPLICATION (?:FOR (?!PATENT)|TO AMEND))"
        r"(?:[^(]|\((?:SPC|MED))*WITHDR"
        r"|WITHDRAWAL OF (?:THE )?(?:APPLICATION FOR (?!PATENT)|APPLICATION OF|REQUEST|ACTION"
        r"|DESIGNATION|PRIORITY|OFFER|TRIAL|DECLARATION|STATEMENT|UNITARY)"
        r"|ABANDONMENT OF PRIORITY",
    ),
    ("lapse", r"CEASED .*\bOR EXPIR|LAPSE[DS]? OR EXPIR|DISMISSAL .*TIME LIMIT .*EXPIRED"),
    ("expiry", r"MAXIMUM LIFETIME|COMPLETION OF TERM|LAPSE OF TIME|EXPIR|END OF THE TERM"),
    ("lapse", r"NON-?\s?PAYMENT|(?:UN|NO )PAYMENT|NOT PA(?:ID|YING)|FAILURE TO PAY|LACK OF PAYM"),
    # A refusal is the office's decision on an application, open to appeal: nobody let it go.
    ("other", r"REFUS|REJECT|DENIED"),
    (
        "lapse",
        r"LAPS|CEAS|CESSATION|ABANDON|WITHDR|RENUNCIATION|RENOUNC|SURRENDER|RELINQUISH"
        r"|EXTINCT|FORFEIT|DISCLAIMER OF PATENT|TERMINATION OF PATENT RIGHT|SHELVED"
        r"|SETTLED DUE TO CLAIMING",
    ),
)
# Classes of the EPO's list in which nothing ends: filing, revival, examination, pre-grant review,
# grant, review, maintenance, publication, parties, licences, adjustment, appeal, corrections.
_NO_END = frozenset("ACDEFKLMPQRSTVY")

_FEES: tuple[tuple[str, str], ...] = (
    # Due, reminded of or missing is not paid.
    (
        "other",
        r"FEES? DUE|REMINDER|REFUND|NO DESIGNATION FEES|UNPAID|NON-?\s?PAYMENT|NOT PA|UNTIMELY"
        r"|FEE.*\bREQUIRE|REQUIREMENT FOR|PAYMENT REQUIRED|FEE REQUESTED|PROOF OF|: RESTORATION"
        r"|NOTIFICATION FOR PAYEMENT|AUTOMATED PAYMENT|APPLICATION FEES: DIS",
    ),
    (
        "fee_payment",
        r"FEES? PAID|PAID .*FEE|PAYMENT|ANNUAL FEE|MAINTENANCE FEE|RENEWAL FEE|ANNUIT"
        r"|PATENT RENEWED",
    ),
)
# Where the words leave it open: H is the cessation of a right, B the discontinuation of an
# application, U payment.
_CLASSES = {"H": "lapse", "B": "lapse", "U": "fee_payment"}


def kind_of_event(description: str | None, event_class: str | None = None) -> str:
    """Return the canonical kind of a legal event; ``other`` where it is none of the named.

    >>> kind_of_event("OPPOSITION FILED"), kind_of_event("NO OPPOSITION FILED WITHIN TIME LIMIT")
    ('opposition', 'other')
    >>> kind_of_event("EUROPEAN PATENT CEASED THROUGH NON-PAYMENT OF RENEWAL FEE")
    'lapse'
    >>> kind_of_event("PROCEEDING UNDER SECTION 72 PATENTS ACT 1977")
    'invalidation'
    """
    text = " ".join((description or "").upper().split())
    listed = (event_class or "").strip().upper()
    if kind := _first(_WORDS, text):
        return kind
    if section := _SECTION.search(text):
        return _SECTIONS.get((section[1], section[2]), "other")
    if listed not in _NO_END and (kind := _first(_ENDS, text)):
        return kind
    return _first(_FEES, text) or _CLASSES.get(listed, "other")


def _first(rules: tuple[tuple[str, str], ...], text: str) -> str | None:
    return next((kind for kind, pattern in rules if re.search(pattern, text)), None)
