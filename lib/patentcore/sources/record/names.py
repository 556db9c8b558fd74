"""Names of persons and companies with their country or address behind them, as cells give them."""

from __future__ import annotations

import re

from patentcore.sources.record.cells import half_width, to_country
from patentcore.sources.record.vocabulary import COUNTRIES, COUNTRY_CODES
from patentcore.words import company_forms

_SPELLINGS = "|".join(
    sorted(map(re.escape, {name for names in COUNTRIES.values() for name in names} | {*COUNTRIES}))
)
_WORDS = "|".join(word for word in _SPELLINGS.split("|") if len(word) > 2 or not word.isascii())
_BRACKETED = re.compile(rf"(.*?)\s*\[\s*([A-Z]{{2}}|(?i:{_SPELLINGS}))(?:/[^\]]*)?\s*\][\s;,.]*")
# In round brackets words may be of the name, and some codes are legal forms.
_IN_BRACKETS = re.compile(
    rf"(.*\S)\s*\((?!AG|SA|CO\b)({'|'.join(COUNTRY_CODES)}|USA|UK)\)[\s;,.]*"
)  # fmt: skip
_LEGAL_FORM = rf"{company_forms.IN_NAMES}\.?"
_OTHER_FORMS = "|".join(company_forms.LATIN)
# Commas of an address have no blank behind them; those within a name have, or a legal form.
_ADDRESSED = re.compile(
    rf"^([^,]+(?:,(?:\s[^,]+|(?i:{_LEGAL_FORM})))*)"
    rf"(?:(?:(?:,[^,]*)+,|,[^,\s][^,]*(?:,[^,]*)*, )([A-Z]{{2}})|"
    rf"(?:,[^,]*)*,(\s?(?i:{_WORDS})|(?i:{_SPELLINGS})))\Z"
)
# Where they have blanks, a legal form tells where the name ends.
_SPACED = re.compile(
    rf"^(.*\b(?i:{_LEGAL_FORM}|{_OTHER_FORMS})),(?: [^,]+)(?:, [^,]+)*, "
    rf"([A-Z]{{2}}|(?i:{_SPELLINGS}))()\Z"
)
# The same where any list may have it: an address of parts without blanks, and a country's code.
_SURELY_ADDRESSED = re.compile(
    rf",[^\s,][^,]*,(?:[^,]*,)*\s?(?:(?!AG|SA|CO\b)(?:{'|'.join(COUNTRY_CODES)})|(?i:{_SPELLINGS}))\Z"
)
# What Korean and Japanese exports have behind a name: two words for places or more.
_PLACE = "[^()]*[都道府県省市区區县郡町村州도시구군동로길]"
_EASTERN = re.compile(rf"(.*\S)\s*\(({_PLACE}{_PLACE}[^()]*)\)")
_NO_PLACE = re.compile("公司|会社|會社|회사|大学|大學|대학|研究|연구")
MAY_BE_PLACED = r"[\])］）][\s;,.]*$|[,，].*[,，].*[^,，.]$"
"""Names behind which there may be something (for Arrow)."""

_LONGEST = 300  # characters of a name with its address

Person = dict[str, str | None]


def _person(name: str, country: str | None = None, address: str | None = None) -> Person:
    return {"name": name, "country": country, "sector": None, "address": address}


def name_and_country(text: str) -> Person:
    """Part a name written ``NAME [CC]``.

    >>> name_and_country("HUAWEI [CN]")
    {'name': 'HUAWEI', 'country': 'CN', 'sector': None, 'address': None}
    """
    plain = half_width(text[:_LONGEST])
    found = _BRACKETED.fullmatch(plain) or _IN_BRACKETS.fullmatch(plain)
    if len(text) > _LONGEST or found is None or not found[1]:
        return _person(text)
    return _person(text[: found.end(1)], to_country(found[2]))


def name_and_address(text: str) -> Person:
    """Part an applicant written ``NAME,place,CC``.

    >>> name_and_address("PAYPAL INC.,San Jose,CA,US")
    {'name': 'PAYPAL INC.', 'country': 'US', 'sector': None, 'address': 'San Jose, CA'}
    """
    plain = half_width(text)
    if len(plain) > _LONGEST:
        return _person(text)
    found = _SPACED.match(plain) or _ADDRESSED.match(plain)
    if found is None:
        return name_and_country(text)
    places = [part.strip() for part in text[found.end(1) :].replace("，", ",").split(",")]
    address = ", ".join(filter(None, places[:-1])) or None
    return _person(
        text[: found.end(1)].strip(), to_country((found[2] or found[3]).strip()), address
    )


def name_and_place(text: str) -> Person:
    """Part a name of any export from the country or address that surely stands behind it.

    >>> name_and_place("삼성전자 주식회사 (경기도 수원시)")["address"]
    '경기도 수원시'
    >>> name_and_place("Foo (China) Co., Ltd.")["name"], name_and_place("Foo [CN]")["country"]
    ('Foo (China) Co., Ltd.', 'CN')
    """
    plain = half_width(text)
    if len(plain) > _LONGEST:
        return _person(text)
    if _SURELY_ADDRESSED.search(plain) or _SPACED.match(plain):
        return name_and_address(text)
    found = _EASTERN.fullmatch(plain)
    if found and not _NO_PLACE.search(found[2]):
        return _person(text[: found.end(1)], None, found[2])
    return name_and_country(text)
