"""What each of PATSTAT's tables says of a publication or an application, a row each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from patentcore.sources.formats.joined import (
    PLACE,
    Tables,
    all_of,
    cited_numbers,
    citing,
    country,
    first_of,
    gathered,
    in_place,
    sound,
    times_cited,
    translated,
    with_parts,
)
from patentcore.sources.record import text_records
from patentcore.sources.record.canonical import Reason, file_name
from patentcore.sources.record.legal_codes import kind_of_event

# What stands for "not known" in dates.
_NEVER = "9999-12-31"
_TYPES = {"PI": "invention", "UM": "utility_model", "DP": "design"}
_SECTORS = {
    "INDIVIDUAL": "individual",
    "COMPANY": "enterprise",
    "UNIVERSITY": "university",
    "GOV NON-PROFIT": "government",
    "HOSPITAL": "other",
}


def publications(rows: DataFrame) -> DataFrame:
    """Return the publications of tls211_pat_publn as plain records."""
    return rows.select(
        *in_place(),
        "pat_publn_id", "appln_id",
        _number("publn").alias("publication_number"),
        _date("publn_date").alias("publication_date"),
        F.nullif("publn_claims", F.lit("0")).alias("claim_count"),
    )  # fmt: skip


def plain(tables: Tables) -> DataFrame:
    """Join what the tables say of each publication, and of its application, into plain records."""
    records = publications(tables["tls211_pat_publn"])
    records = with_parts(records, parts(sound(tables)))
    symbols = [F.col(name) for name in ("cpc", "family_cpc") if name in records.columns]
    if symbols:
        records = records.withColumn("cpc", F.coalesce(*symbols))
    return records.drop("appln_id", "pat_publn_id", "docdb_family_id", "family_cpc")


def parts(tables: Tables) -> Iterator[tuple[DataFrame, str]]:
    """Return what is to be joined, and the key; the family's key comes with the application."""
    of_application: dict[str, Callable[[DataFrame], DataFrame]] = {
        "tls201_appln": _applications,
        "tls202_appln_title": lambda rows: first_of(rows, "appln_id", "appln_title", "title"),
        "tls203_appln_abstr": lambda rows: first_of(rows, "appln_id", "appln_abstract", "abstract"),
        "tls209_appln_ipc": _ipc,
        "tls224_appln_cpc": lambda rows: all_of(rows, "appln_id", "cpc_class_symbol", "cpc"),
    }
    for name, make in of_application.items():
        if name in tables:
            yield make(tables[name]), "appln_id"
    if {"tls201_appln", "tls204_appln_prior"} <= set(tables):
        yield _priorities(tables["tls204_appln_prior"], tables["tls201_appln"]), "appln_id"
    if {"tls206_person", "tls207_pers_appln"} <= set(tables):
        persons, links = tables["tls206_person"], tables["tls207_pers_appln"]
        for people in _persons(links, persons):
            yield people, "appln_id"
    if "tls231_inpadoc_legal_event" in tables and "tls803_legal_event_code" in tables:
        events, codes = tables["tls231_inpadoc_legal_event"], tables["tls803_legal_event_code"]
        yield _events(events, codes), "appln_id"
    if "tls212_citation" in tables:
        yield _cites(tables), "pat_publn_id"
        cited = F.when(_is_given("cited_pat_publn_id"), F.col("cited_pat_publn_id"))
        rows = tables["tls212_citation"]
        key = "pat_publn_id"
        yield times_cited(citing(rows, cited, key), key), key
    if "tls201_appln" in tables:
        family = "docdb_family_id"
        yield _families(tables["tls211_pat_publn"], tables["tls201_appln"]), family
        if "tls225_docdb_fam_cpc" in tables:
            symbols = tables["tls225_docdb_fam_cpc"]
            yield all_of(symbols, family, "cpc_class_symbol", "family_cpc"), family


def _number(kind: str) -> Column:
    """Put office, number and kind together."""
    names = (f"{kind}_auth", f"{kind}_nr", f"{kind}_kind")
    text = F.concat(*(F.coalesce(F.trim(F.col(name)), F.lit("")) for name in names))
    return F.when(F.col(f"{kind}_nr").isNotNull(), text)


def _date(name: str) -> Column:
    return F.nullif(F.substring(name, 1, 10), F.lit(_NEVER))


def _is_given(name: str) -> Column:
    """Tell that an identifier or a place in a list is none of those that say nothing."""
    return F.coalesce(F.col(name).try_cast("long") > 0, F.lit(False))


def _applications(rows: DataFrame) -> DataFrame:
    phase = F.upper(F.trim("int_phase"))
    has_phase = F.when(phase == "Y", True).when(phase == "N", False)
    filed, earliest = _date("appln_filing_date"), _date("earliest_filing_date")
    return rows.dropDuplicates(["appln_id"]).select(
        "appln_id",
        F.when(_is_given("docdb_family_id"), F.col("docdb_family_id")).alias("docdb_family_id"),
        _number("appln").alias("application_number"),
        filed.alias("application_date"),
        # An application without priorities has its own date here.
        F.when(earliest < F.coalesce(filed, F.lit(_NEVER)), earliest).alias(
            "earliest_priority_date"
        ),
        translated(F.upper(F.trim("ipr_type")), _TYPES).alias("patent_type"),
        F.coalesce(has_phase, F.when(_is_given("internat_appln_id"), True)).alias("is_pct"),
        F.when(_is_given("docdb_family_size"), F.col("docdb_family_size")).alias(
            "simple_family_size"
        ),
        F.col("nb_citing_docdb_fam").alias("family_cited_by_count"),
    )


def _ipc(rows: DataFrame) -> DataFrame:
    """Return the symbols, the main one (F) first."""
    symbol = F.struct(
        (F.coalesce("ipc_position", F.lit("")) != "F").alias("is_other"),
        F.col("ipc_class_symbol").alias("symbol"),
    )
    symbols = F.sort_array(F.collect_set(symbol))
    main = F.min(F.when(F.col("ipc_position") == "F", F.col("ipc_class_symbol")))
    found = rows.groupBy("appln_id").agg(symbols.alias("codes"), main.alias("main_ipc"))
    return found.select("appln_id", "main_ipc", F.col("codes.symbol").alias("ipc"))


def _priorities(links: DataFrame, applications: DataFrame) -> DataFrame:
    """Return the applications whose priority is claimed, where the tables name them."""
    prior = applications.select(
        F.col("appln_id").alias("prior_appln_id"),
        F.struct(
            F.regexp_replace(_number("appln"), "[^0-9A-Z]", "").alias("number"),
            F.col("appln_auth").alias("country"),
            _date("appln_filing_date").try_cast("date").alias("date"),
        ).alias("prior"),
    )
    found = links.join(prior.dropDuplicates(["prior_appln_id"]), on="prior_appln_id", how="inner")
    return gathered(found, "appln_id", "prior_appln_seq_nr", F.col("prior"), "priorities")


def _persons(links: DataFrame, persons: DataFrame) -> Iterator[DataFrame]:
    """Return applicants and inventors, and where they are."""
    named = links.drop(*PLACE).join(
        persons.drop(*PLACE).dropDuplicates(["person_id"]), on="person_id", how="inner"
    )
    name, office = F.col("person_name"), country("person_ctry_code")
    sector = translated(F.upper(F.trim("psn_sector")), _SECTORS)
    applicant = F.struct(name.alias("name"), office.alias("country"), sector.alias("sector"))
    address = text_records.addressed(name, office, F.col("person_address"))
    for at, role, value in (
        ("applt_seq_nr", "applicants", applicant),
        ("applt_seq_nr", "applicant_addresses", address),
        ("invt_seq_nr", "inventors", name),
        ("invt_seq_nr", "inventor_addresses", address),
    ):
        is_one = _is_given(at) & name.isNotNull()
        yield gathered(named, "appln_id", at, F.when(is_one, value), role)


def _events(events: DataFrame, codes: DataFrame) -> DataFrame:
    """Return the events, whose kind their code's description tells: some thousands of codes."""
    known = [
        (row["event_auth"], row["event_code"], kind_of_event(row["event_descr"]))
        for row in codes.select("event_auth", "event_code", "event_descr").distinct().collect()
    ]
    schema = "event_auth string, event_code string, kind string"
    kinds = codes.sparkSession.createDataFrame(known, schema).dropDuplicates(
        ["event_auth", "event_code"]
    )
    date = F.coalesce(_date("event_effective_date"), _date("event_publn_date"))
    event = F.struct(
        F.coalesce("kind", F.lit("other")).alias("kind"),
        date.alias("date"),
    )
    joined = events.join(kinds, on=["event_auth", "event_code"], how="left")
    return all_of(joined, "appln_id", event, "legal_events")


def _cites(tables: Tables) -> DataFrame:
    """Return what a publication cites; what the tables do not name is counted, and a reject."""
    found = _named_citations(tables)
    if "tls215_citn_categ" in tables:
        key = ["pat_publn_id", "citn_replenished", "citn_id"]
        categories = (
            tables["tls215_citn_categ"].groupBy(key).agg(F.min("citn_categ").alias("category"))
        )
        found = found.join(categories, on=key, how="left")
    else:
        found = found.withColumn("category", F.lit(None).cast("string"))
    # An identifier of literature may be a text.
    npl = F.nullif("cited_npl_publn_id", F.lit("0"))
    text = npl
    if "tls214_npl_publn" in tables:
        texts = first_of(tables["tls214_npl_publn"], "npl_publn_id", "npl_biblio", "npl_text")
        texts = texts.withColumnRenamed("npl_publn_id", "cited_npl_publn_id")
        found = found.join(texts, on="cited_npl_publn_id", how="left")
        text = F.coalesce(F.when(npl.isNotNull(), F.col("npl_text")), npl)
    target = F.coalesce("cited_id", "cited_appln_id")
    return found.groupBy("pat_publn_id").agg(
        cited_numbers().alias("cites"),
        F.count_distinct(F.when(_is_of_patent(), target)).cast("string").alias("cites_count"),
        F.count_distinct(npl).cast("string").alias("npl_citation_count"),
        F.sort_array(F.collect_set(text)).alias("npl_citations"),
    )


def _is_of_patent() -> Column:
    return _is_given("cited_pat_publn_id") | _is_given("cited_appln_id")


def _named_citations(tables: Tables) -> DataFrame:
    """Return the rows of tls212 with the number of what they cite, where a table has it.

    A citation of an application, or of a publication that is not there but whose application is,
    is one of the application's first publication.
    """
    names = tables["tls211_pat_publn"].select(
        F.col("pat_publn_id").alias("cited_id"), _number("publn").alias("cited")
    )
    names = names.dropDuplicates(["cited_id"])
    own = F.when(_is_given("cited_pat_publn_id"), F.col("cited_pat_publn_id"))
    rows = tables["tls212_citation"].withColumn("cited_id", own)
    if "tls201_appln" not in tables:
        return rows.join(names, on="cited_id", how="left")
    applications = tables["tls201_appln"].select(
        F.col("appln_id").alias("cited_appln_id"), "earliest_pat_publn_id"
    )
    known = applications.dropDuplicates(["cited_appln_id"])
    first = F.when(_is_given("earliest_pat_publn_id"), F.col("earliest_pat_publn_id"))
    rows = rows.join(known, on="cited_appln_id", how="left").withColumn("first_id", first)
    firsts = names.select(
        F.col("cited_id").alias("first_id"), F.col("cited").alias("first_publication")
    )
    found = rows.join(names, on="cited_id", how="left").join(firsts, on="first_id", how="left")
    return found.withColumns(
        {
            "cited_id": F.coalesce("cited_id", "first_id"),
            "cited": F.coalesce("cited", "first_publication"),
        }
    )


def unnamed_citations(tables: Tables) -> list[DataFrame]:
    """Return reject rows of the citations of patents that none of the tables names.

    PATSTAT cites by keys: without a row of tls211 there is no number to cite.
    """
    if "tls212_citation" not in tables:
        return []
    unnamed = _named_citations(tables).where(_is_of_patent() & F.col("cited").isNull())
    given = F.coalesce(
        F.when(
            _is_given("cited_pat_publn_id"), F.concat(F.lit("pat_publn_id "), "cited_pat_publn_id")
        ),
        F.concat(F.lit("appln_id "), "cited_appln_id"),
    )
    return [
        unnamed.select(
            file_name(F.col("file")).alias("source"),
            F.concat(F.lit("pat_publn_id "), "pat_publn_id").alias("record"),
            F.lit("cites").alias("field"),
            given.alias("value"),
            F.lit(Reason.UNNAMED.value).alias("reason"),
        )
    ]


def _families(rows: DataFrame, applications: DataFrame) -> DataFrame:
    """Return the publications of each family of which the tables have all applications."""
    known = applications.where(_is_given("docdb_family_id")).select(
        "appln_id", "docdb_family_id", F.col("docdb_family_size").try_cast("int").alias("size")
    )
    members = rows.select("appln_id", _number("publn").alias("number"))
    found = known.dropDuplicates(["appln_id"]).join(members, on="appln_id", how="left")
    grouped = found.groupBy("docdb_family_id").agg(
        F.sort_array(F.collect_set("number")).alias("members"),
        F.count_distinct("appln_id").alias("applications"),
        F.max("size").alias("size"),
    )
    is_whole = F.col("applications") == F.col("size")
    return grouped.select(
        "docdb_family_id", F.when(is_whole, F.col("members")).alias("simple_family")
    )
