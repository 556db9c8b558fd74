"""Names with a country or an address behind them."""

from __future__ import annotations

import pyarrow as pa
import pytest

from patentcore.sources.record import parsed
from patentcore.sources.record.names import name_and_place
from patentcore.sources.record.people import read_people

APPLICANTS = parsed.canonical_type("applicants")


@pytest.mark.parametrize(
    ("text", "name", "country", "address"),
    [
        ("PAYPAL INC.,San Jose,CA,US", "PAYPAL INC.", "US", "San Jose, CA"),
        ("Hitachi, Ltd., Tokyo, JP", "Hitachi, Ltd.", "JP", "Tokyo"),
        ("BASF SE, Ludwigshafen, DE", "BASF SE", "DE", "Ludwigshafen"),
        ("华为技术有限公司，广东省深圳市，中国", "华为技术有限公司", "CN", "广东省深圳市"),
        ("Robert Bosch GmbH,Stuttgart,Germany", "Robert Bosch GmbH", "DE", "Stuttgart"),
        ("丰田自动车株式会社 [日本]", "丰田自动车株式会社", "JP", None),
        ("HUAWEI TECH CO LTD (CN)", "HUAWEI TECH CO LTD", "CN", None),
        ("トヨタ自動車株式会社（愛知県豊田市）", "トヨタ自動車株式会社", None, "愛知県豊田市"),
        ("ERICSSON TELEFON AB L M (PUBL)", "ERICSSON TELEFON AB L M (PUBL)", None, None),
        ("西门子(中国)", "西门子(中国)", None, None),
        ("Novartis (AG)", "Novartis (AG)", None, None),
        ("Smith, John", "Smith, John", None, None),
        ("A,B,CO", "A,B,CO", None, None),
        (",区(" * 200, ",区(" * 200, None, None),
    ],
)
def test_what_stands_behind_a_name(
    text: str, name: str, country: str | None, address: str | None
) -> None:
    read = name_and_place(text)
    assert (read["name"], read["country"], read["address"]) == (name, country, address)


def test_people_without_their_places() -> None:
    given = {
        "applicants": pa.array(
            [
                [
                    {"name": "FOO AG,Bonn,DE", "country": None},
                    {"name": "BAR [US]", "country": "GB"},
                ],
                [{"name": "unbekannt"}],
                None,
            ],
            APPLICANTS,
        ),
        "inventors": pa.array([["DOE JANE [GB]", "ROE"], ["不详"], None]),
    }
    found = {name: column.to_pylist() for name, column in read_people(given, 3).items()}
    assert found == {
        "applicants": [
            [
                {"name": "FOO AG", "country": "DE", "sector": None},
                {"name": "BAR", "country": "GB", "sector": None},
            ],
            None,
            None,
        ],
        "inventors": [["DOE JANE", "ROE"], None, None],
        "applicant_addresses": [
            [{"name": "FOO AG", "country": "DE", "address": "Bonn"}],
            None,
            None,
        ],
        "inventor_addresses": [
            [{"name": "DOE JANE", "country": "GB", "address": None}],
            None,
            None,
        ],
    }
