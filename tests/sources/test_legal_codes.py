from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple, get_args

import openpyxl
import pytest

from patentcore.config import LegalEventKind
from patentcore.sources.legal_codes import kind_of_event

FACTS = [
    # office, code, description, class, kind
    ("EP", "26", "OPPOSITION FILED", "L", "opposition"),
    ("KR", "O035", "OPPOSITION [PATENT]: REQUEST FOR OPPOSITION", "E", "opposition"),
    ("DE", "R026", "OPPOSITION FILED AGAINST PATENT", "L", "opposition"),
    ("FI", "MFD", "REVOCATION OF PATENT FOLLOWING OPPOSITION", "H", "opposition"),
    ("GB", "414F", "NOTICE OF OPPOSITION GIVEN (SECT. 14/1949)", "", "opposition"),
    ("GB", "414B", "CASE DECIDED BY THE COMPTROLLER ** GRANTS ALLOWED (SECT. 14/1949)", "",
     "opposition"),
    ("EP", "26N", "NO OPPOSITION FILED", "L", "other"),
    ("EP", "26D", "OPPOSITION DEEMED NOT TO HAVE BEEN FILED", "L", "other"),
    ("EP", "D26", "OPPOSITION FILED (DELETED)", "Y", "other"),
    ("FR", "RC", "OPPOSITION AGAINST DECISION OF LAPSE", "V", "other"),
    ("GB", "711O", "APPLICATION OPEN TO OPPOSITION (SECT. 117/1977)", "", "other"),
    ("CN", "TR01", "TRANSFER OF PATENT RIGHT", "R", "assignment"),
    ("US", "AS", "ASSIGNMENT", "", "assignment"),
    ("DE", "R081", "CHANGE OF APPLICANT/PATENTEE", "R", "assignment"),
    ("FR", "TP", "TRANSMISSION OF PROPERTY", "R", "assignment"),
    ("KR", "N231", "NOTIFICATION OF CHANGE OF APPLICANT", "R", "assignment"),
    ("JP", "R350", "WRITTEN NOTIFICATION OF REGISTRATION OF TRANSFER", "R", "assignment"),
    ("CH", "PFUS", "MERGER", "R", "assignment"),
    ("AT", "EIH", "CHANGE IN THE PERSON OF PATENT OWNER", "R", "assignment"),
    ("CN", "CB02", "CHANGE OF APPLICANT INFORMATION", "R", "other"),
    ("CN", "CP01", "CHANGE IN THE NAME OR TITLE OF A PATENT HOLDER", "R", "other"),
    ("EP", "RAP1", "PARTY DATA CHANGED (APPLICANT DATA CHANGED OR RIGHTS OF AN APPLICATION"
     " TRANSFERRED)", "R", "assignment"),
    ("EP", "BECN", "BE: CHANGE OF HOLDER'S NAME", "R", "other"),
    ("BR", "GBR", "TRANSFER REFUSED", "R", "other"),
    ("JP", "A911", "TRANSFER TO EXAMINER FOR RE-EXAMINATION BEFORE APPEAL (ZENCHI)", "E", "other"),
    ("EP", "RIC1", "INFORMATION PROVIDED ON IPC CODE ASSIGNED BEFORE GRANT", "D", "other"),
    ("US", "PS", "PATENT SUIT(S) FILED", "", "litigation"),
    ("EP", "U30", "ACTION FILED AT THE UNIFIED PATENT COURT [INFORMATION PROVIDED BY THE UPC]", "W",
     "litigation"),
    ("EP", "P01", "OPT-OUT OF THE COMPETENCE OF THE UNIFIED PATENT COURT (UPC) REGISTERED", "W",
     "other"),
    ("KR", "J2X1", "APPEAL (BEFORE THE PATENT COURT)", "V", "litigation"),
    ("KR", "J122", "WRITTEN WITHDRAWAL OF ACTION (PATENT COURT)", "V", "litigation"),
    ("FR", "DJ", "FINAL JUDICIAL DECISION DETERMINING THE RIGHTS RELATED TO A PATENT", "V",
     "litigation"),
    ("DE", "R008", "CASE PENDING AT FEDERAL PATENT COURT", "V", "litigation"),
    ("DE", "R006", "APPEAL FILED", "V", "other"),
    ("DE", "R034", "DECISION OF EXAMINING DIVISION/FEDERAL PATENT COURT MAINTAINING PATENT IN"
     " LIMITED FORM NOW FINAL", "M", "other"),
    ("GB", "771", "APPLICATION MADE FOR DECLARATION OF NON-INFRINGEMENT (SECT. 71/1977)", "Z",
     "litigation"),
    ("GB", "728Z", "APPEAL TO THE PATENTS COURT LODGED (SECT. 28/1977)", "", "litigation"),
    ("NL", "RD1D", "APPEAL TO STATE COUNCIL", "V", "litigation"),
    ("JP", "A921", "ADMINISTRATIVE APPEAL", "V", "other"),
    ("CN", "EE01", "ENTRY INTO FORCE OF RECORDATION OF PATENT LICENSING CONTRACT", "S", "licence"),
    ("JP", "S201", "REQUEST FOR REGISTRATION OF EXCLUSIVE LICENCE", "S", "licence"),
    ("DE", "R084", "DECLARATION OF WILLINGNESS TO LICENCE", "S", "licence"),
    ("DE", "R089", "EXCLUSIVE LICENCE DELETED", "S", "licence"),
    ("GB", "746", "REGISTER NOTED 'LICENCES OF RIGHT' (SECT. 46/1977)", "S", "licence"),
    ("GB", "748C", "PROCEEDING UNDER SECTION 48 PATENTS ACT 1977", "", "licence"),
    ("HU", "QB4A", "EXPLOITATION CONTRACT", "S", "licence"),
    ("GB", "S30Z", "ASSIGNMENTS FOR LICENCE OR SECURITY REASONS", "S", "other"),
    ("CN", "PE01", "ENTRY INTO FORCE OF THE REGISTRATION OF THE CONTRACT FOR PLEDGE OF PATENT"
     " RIGHT", "S", "pledge"),
    ("CN", "PP01", "PRESERVATION OF PATENT RIGHT", "T", "pledge"),
    ("FR", "GC", "LIEN (PLEDGE) CONSTITUTED", "S", "pledge"),
    ("FR", "SN", "DISTRAINT NOTIFIED (IN THE NATIONAL PATENT REGISTER)", "S", "pledge"),
    ("AU", "GM", "MORTGAGES REGISTERED", "S", "pledge"),
    ("NL", "RE", "SEIZURE", "S", "pledge"),
    ("EP", "U70", "RIGHTS IN REM OR LEGAL MEANS OF EXECUTION FOR EUROPEAN PATENT WITH UNITARY"
     " EFFECT REGISTERED", "S", "pledge"),
    ("CN", "IW01", "FULL INVALIDATION OF PATENT RIGHT", "H", "invalidation"),
    ("US", "IPR", "AIA TRIAL PROCEEDING FILED BEFORE THE PATENT AND APPEAL BOARD: INTER PARTES"
     " REVIEW", "L", "invalidation"),
    ("US", "FPB1", "REEXAMINATION DECISION CANCELLED ALL CLAIMS", "H", "invalidation"),
    ("KR", "J204", "REQUEST FOR INVALIDATION TRIAL [PATENT]", "L", "invalidation"),
    ("JP", "RVTR", "CANCELLATION DUE TO DETERMINATION OF TRIAL FOR INVALIDATION", "H",
     "invalidation"),
    ("DE", "R165", "REQUEST FOR CANCELLATION OR RULING FILED", "L", "invalidation"),
    ("ES", "RL2A", "ANNULMENT BY COURT DECISION", "H", "invalidation"),
    ("GB", "772N", "PROCEEDING UNDER SECTION 72 PATENTS ACT 1977", "", "invalidation"),
    ("SE", "GRER", "GRANT REVOKED", "F", "other"),
    ("JP", "RD05", "NOTIFICATION OF REVOCATION OF POWER OF ATTORNEY", "R", "other"),
    ("KR", "S901", "EXAMINATION BY REMAND OF REVOCATION", "D", "other"),
    ("EP", "PGFP", "ANNUAL FEE PAID TO NATIONAL OFFICE [ANNOUNCED VIA POSTGRANT INFORMATION FROM"
     " NATIONAL OFFICE TO EPO]", "U", "fee_payment"),
    ("US", "MAFP", "MAINTENANCE FEE PAYMENT", "U", "fee_payment"),
    ("KR", "FPAY", "ANNUAL FEE PAYMENT", "U", "fee_payment"),
    ("US", "REMI", "MAINTENANCE FEE REMINDER MAILED", "U", "other"),
    ("BR", "KAB", "RENEWAL FEES DUE", "U", "other"),
    ("CN", "CF01", "TERMINATION OF PATENT RIGHT DUE TO NON-PAYMENT OF ANNUAL FEE", "H", "lapse"),
    ("US", "FP", "LAPSED DUE TO FAILURE TO PAY MAINTENANCE FEE", "H", "lapse"),
    ("EP", "PG25", "LAPSED IN A CONTRACTING STATE [ANNOUNCED VIA POSTGRANT INFORMATION FROM"
     " NATIONAL OFFICE TO EPO]", "H", "lapse"),
    ("EP", "18D", "APPLICATION DEEMED TO BE WITHDRAWN", "B", "lapse"),
    ("EP", "U90", "PATENT DEEMED LAPSED [FAILED PAYMENT OF RENEWAL/COMPENSATION FEE, UNITARY"
     " EFFECT]", "Y", "lapse"),
    ("GB", "PCNP", "PATENT CEASED THROUGH NON-PAYMENT OF RENEWAL FEE", "H", "lapse"),
    ("GB", "S29", "SURRENDER OF PATENT (SECT. 29/PAT. ACT 1977)", "H", "lapse"),
    ("FR", "ST", "NOTIFICATION OF LAPSE", "H", "lapse"),
    ("WO", "WWW", "WIPO INFORMATION: WITHDRAWN IN NATIONAL OFFICE", "B", "lapse"),
    ("MD", "KA4A", "PATENT FOR INVENTION LAPSED DUE TO NON-PAYMENT OF FEES (WITH RIGHT OF"
     " RESTORATION)", "H", "lapse"),
    ("RU", "MM4A", "THE PATENT IS INVALID DUE TO NON-PAYMENT OF FEES", "H", "lapse"),
    ("AU", "MK14", "PATENT CEASED SECTION 143(A) (ANNUAL FEES NOT PAID) OR EXPIRED", "H", "lapse"),
    ("EP", "18R", "APPLICATION REFUSED", "B", "other"),
    ("WO", "WWR", "WIPO INFORMATION: REFUSED IN NATIONAL OFFICE", "B", "other"),
    ("KR", "E902", "NOTIFICATION OF REASON FOR REFUSAL", "B", "other"),
    ("CN", "AV02", "PATENT RIGHT PARTIALLY ABANDONED", "M", "other"),
    ("GB", "429J", "APPLICATION WITHDRAWN (SECT. 29/1949)", "", "other"),
    ("JP", "A922", "WITHDRAWAL OF ADMINISTRATIVE APPEAL", "V", "other"),
    ("WO", "WPC", "WITHDRAWAL OF PRIORITY CLAIMS AFTER COMPLETION OF THE TECHNICAL PREPARATIONS"
     " FOR INTERNATIONAL PUBLICATION", "W", "other"),
    ("FI", "NF", "RE-ESTABLISHMENT OF LAPSED RIGHT", "K", "other"),
    ("CN", "CX01", "EXPIRY OF PATENT TERM", "H", "expiry"),
    ("JP", "EXPY", "CANCELLATION BECAUSE OF COMPLETION OF TERM", "H", "expiry"),
    ("AT", "ELA", "EXPIRED DUE TO LAPSE OF TIME", "H", "expiry"),
    ("NL", "V4", "DISCONTINUED BECAUSE OF REACHING THE MAXIMUM LIFETIME OF A PATENT", "H",
     "expiry"),
    ("GB", "PE20", "PATENT EXPIRED AFTER TERMINATION OF 20 YEARS", "H", "expiry"),
    ("US", "RN", "RECISSION OF NOTICE OF PATENT EXPIRATION", "", "other"),
    ("WO", "LE", "LATER ELECTION FOR INTERNATIONAL APPLICATION FILED PRIOR TO EXPIRATION OF 19TH"
     " MONTH FROM PRIORITY DATE", "", "other"),
    ("WO", "121", "EP: THE EPO HAS BEEN INFORMED BY WIPO THAT EP WAS DESIGNATED IN THIS"
     " APPLICATION", "W", "other"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("description", "event_class", "kind"),
    [fact[2:] for fact in FACTS],
    ids=[f"{office}-{code}" for office, code, *_ in FACTS],
)
def test_a_code_is_of_the_kind_that_its_description_names(
    description: str, event_class: str, kind: str
) -> None:
    assert kind_of_event(description, event_class) == kind


def test_the_facts_cover_every_kind_and_the_greater_offices() -> None:
    assert {fact[4] for fact in FACTS} == set(get_args(LegalEventKind))
    assert {fact[0] for fact in FACTS} >= {"CN", "US", "EP", "JP", "KR", "DE", "GB", "FR", "WO"}


@pytest.mark.parametrize(
    ("event_class", "kind"), [("H", "lapse"), ("B", "lapse"), ("U", "fee_payment"), ("S", "other")]
)
def test_without_a_description_the_class_decides_where_it_can(event_class: str, kind: str) -> None:
    assert kind_of_event(None, event_class) == kind


def test_case_and_blanks_do_not_matter() -> None:
    assert kind_of_event(" Transfer  of\n patent right ", None) == "assignment"


class Code(NamedTuple):
    office: str
    code: str
    description: str
    event_class: str
    kind: str


@pytest.fixture(scope="module")
def listed(real_data: Path) -> list[Code]:
    found = sorted(real_data.glob("epo-ops-xml/legal_code_descriptions_*.xlsx"))
    if not found:
        pytest.skip("the EPO's list of codes is not there")
    rows = openpyxl.load_workbook(found[-1]).worksheets[0].iter_rows(min_row=2, values_only=True)
    cells = ([str(cell or "").strip() for cell in row] for row in rows)
    return [Code(r[0], r[1], r[4].upper(), r[8], kind_of_event(r[4], r[8])) for r in cells]


def test_the_whole_list_is_sorted_as_documented(listed: list[Code]) -> None:
    assert Counter(code.kind for code in listed) == {
        "other": 2776,
        "lapse": 463,
        "invalidation": 302,
        "opposition": 195,
        "litigation": 180,
        "licence": 164,
        "assignment": 127,
        "expiry": 77,
        "pledge": 75,
        "fee_payment": 38,
    }


def test_no_correction_revival_or_refusal_of_the_list_ends_a_right(listed: list[Code]) -> None:
    ends = [code for code in listed if code.kind in ("lapse", "expiry", "fee_payment")]
    assert [code.code for code in ends if code.event_class in ("C", "K", "Y")] == ["U90"]
    # An offer of surrender that was accepted; a fee after the decision to grant or refuse.
    refused = [code for code in ends if "REFUS" in code.description]
    assert [(code.office, code.code) for code in refused] == [("GB", "434J")]


def test_words_of_the_list_that_have_one_meaning_find_their_kind(listed: list[Code]) -> None:
    meanings = {
        "licence": ("LICENCE REGISTERED", "LICENCE GRANTED"),
        "pledge": ("PLEDGE", "MORTGAGE OF", "SEIZURE"),
        "assignment": ("TRANSFER OF PATENT", "CHANGE OF OWNERSHIP OF"),
        "expiry": ("PATENT EXPIRED (", "EXPIRY OF AN SPC"),
        "lapse": ("LAPSE DUE TO", "LAPSED DUE TO"),
    }
    corrected = ("CORR", "DELETED", "CHANGED", "OR CHANGE OF NAME")
    wrong = [
        code
        for code in listed
        for kind, words in meanings.items()
        if any(word in code.description for word in words)
        and not any(word in code.description for word in corrected)
        and code.kind != kind
    ]
    assert wrong == []
