from __future__ import annotations

from chispa import assert_df_equality
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from patentcore.technologies.sectors import applicant_rows, country_of, plain, sector_of
from tests.factories import patents

NAMES = [
    ("清华大学", "university", "CN"),
    ("中国科学院微电子研究所", "institute", "CN"),
    ("中国科学院大学", "university", "CN"),
    ("中车工业研究院有限公司", "enterprise", "CN"),
    ("西安市科学技术局", "government", "CN"),
    ("国家语言文字工作委员会", "government", "CN"),
    ("何季麟", "individual", "CN"),
    ("トヨタ自動車株式会社", "enterprise", "JP"),
    ("Toyota Jidosha Kabushiki Kaisha", "enterprise", "JP"),
    ("Tokyo Daigaku", "university", "JP"),
    ("Rikagaku Kenkyusho", "institute", "JP"),
    ("Fraunhofer-Gesellschaft zur Förderung der angewandten Forschung e.V.", "institute", "DE"),
    ("Robert Bosch GmbH", "enterprise", "DE"),
    ("Technische Universität München", "university", None),
    ("Bundesrepublik Deutschland", "government", "DE"),
    ("Massachusetts Institute of Technology", "university", None),
    ("The Regents of the University of California", "university", None),
    ("Battelle Memorial Institute", "institute", None),
    ("United States of America as represented by the Secretary of the Navy", "government", "US"),
    ("SHENZHEN HUBSAN TECHNOLOGY CO. LTD.", "enterprise", "CN"),
    ("BEIHANG UNIV", "university", "CN"),
    ("BOEING CO", "enterprise", None),
    ("Acme", None, None),
]


def test_names_in_four_languages(spark: SparkSession) -> None:
    given = spark.createDataFrame([(name,) for name, _, _ in NAMES], "name string")
    name = plain(F.col("name"))
    told = given.select("name", sector_of(name).alias("sector"), country_of(name).alias("country"))
    assert {tuple(row) for row in told.collect()} == set(NAMES)


def test_words_of_the_configuration_decide_first(spark: SparkSession) -> None:
    verdict = sector_of(F.lit("ACME LTD"), {"institute": ["acme"]})
    assert spark.range(1).select(verdict.alias("s")).first().s == "institute"


def test_the_record_is_kept_inventors_are_individuals_and_nulls_are_left_out(
    spark: SparkSession,
) -> None:
    given = patents(
        spark,
        {
            "applicants": [
                ("Acme", "se", "government"),
                ("SMITH JOHN", None, None),
                (None, "CN", None),
                ("Acme ", None, None),
            ],
            "inventors": ["Smith, John"],
        },
        {"applicants": None},
    )
    expected = spark.createDataFrame(
        [
            ("CN100000001A", 0, "ACME", "SE", "government"),
            ("CN100000001A", 1, "SMITH JOHN", None, "individual"),
        ],
        "publication_number string, position int, name string, country string, sector string",
    )
    assert_df_equality(applicant_rows(given), expected, ignore_row_order=True, ignore_nullable=True)
