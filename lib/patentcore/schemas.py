"""Every table's columns and types, and the check that a frame has them."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    IntegerType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
)

from patentcore.errors import InputError


def _column(name: str, dtype: DataType, comment: str, *, nullable: bool = True) -> StructField:
    return StructField(name, dtype, nullable, {"comment": comment})


APPLICANT = StructType(
    [
        StructField("name", StringType()),
        StructField("country", StringType()),
        StructField("sector", StringType()),
    ]
)

PRIORITY = StructType(
    [
        StructField("number", StringType()),
        StructField("country", StringType()),
        StructField("date", DateType()),
    ]
)

ADDRESSED = StructType(
    [
        StructField("name", StringType()),
        StructField("country", StringType()),
        StructField("address", StringType()),
    ]
)

LEGAL_EVENT = StructType([StructField("kind", StringType()), StructField("date", DateType())])

PATENTS = StructType(
    [
        _column(
            "publication_number",
            StringType(),
            "key: authority, number and kind without separators, e.g. CN105513499A",
            nullable=False,
        ),
        _column("application_number", StringType(), "application number without separators"),
        _column("authority", StringType(), "receiving office, two letters"),
        _column("kind_code", StringType(), "kind of document, e.g. A, B1, U"),
        _column("patent_type", StringType(), "invention, utility_model or design"),
        _column("title", StringType(), "title as given"),
        _column("abstract", StringType(), "abstract as given"),
        _column("publication_date", DateType(), "date of this publication"),
        _column("application_date", DateType(), "filing date"),
        _column("earliest_priority_date", DateType(), "earliest priority date"),
        _column(
            "priorities", ArrayType(PRIORITY), "priorities claimed: number, country or office, date"
        ),
        _column("applicants", ArrayType(APPLICANT), "applicants in order: name, country, sector"),
        _column("inventors", ArrayType(StringType()), "inventors in order"),
        _column("main_ipc", StringType(), "main IPC symbol as on the record, e.g. G06F3/041"),
        _column("ipc", ArrayType(StringType()), "IPC symbols"),
        _column("cpc", ArrayType(StringType()), "CPC symbols"),
        _column("claim_count", IntegerType(), "number of claims"),
        _column("cited_by_count", IntegerType(), "forward citations of this publication"),
        _column("family_cited_by_count", IntegerType(), "forward citations of the simple family"),
        _column("cites_count", IntegerType(), "patents cited by this publication"),
        _column("npl_citation_count", IntegerType(), "non-patent literature cited"),
        _column("simple_family", ArrayType(StringType()), "members of the simple (DOCDB) family"),
        _column("simple_family_size", IntegerType(), "size of the simple family as given"),
        _column("is_pct", BooleanType(), "filed through the PCT"),
        _column("legal_events", ArrayType(LEGAL_EVENT), "legal events: kind and date"),
        _column("legal_status", StringType(), "legal status as given"),
        _column("expiry_date", DateType(), "date of expiry or lapse"),
        _column("source", StringType(), "name of the export this row came from"),
        _column(
            "applicant_addresses",
            ArrayType(ADDRESSED),
            "applicants whose address or place is known: name, country, address",
        ),
        _column(
            "inventor_addresses",
            ArrayType(ADDRESSED),
            "inventors whose country or place is known: name, country, address",
        ),
        _column("owners", ArrayType(APPLICANT), "current owners where given: as applicants"),
        _column(
            "npl_citations", ArrayType(StringType()), "literature cited, as text or id as given"
        ),
        _column("government_interest", StringType(), "statement of government support"),
    ]
)

CITATIONS = StructType(
    [
        _column("citing", StringType(), "citing publication number"),
        _column("cited", StringType(), "cited publication number"),
        _column("category", StringType(), "citation category as given, e.g. X, Y, A"),
        _column("origin", StringType(), "which record named the pair: cites, cited_by or both"),
    ]
)

FUNNEL = StructType(
    [
        _column("step", IntegerType(), "0 for the selection of the corpus, then 1, 2, ..."),
        _column("criterion", StringType(), "what the step asks for"),
        _column("threshold", StringType(), "the configured value"),
        _column("patents", LongType(), "publications left after the step"),
        _column("removed", LongType(), "publications the step removed, unknown included"),
        _column("unknown", LongType(), "removed because the value needed is missing"),
    ]
)

INDEX_COLUMNS = StructType(
    [
        _column("patent_width", IntegerType(), "distinct IPC codes at the configured level"),
        _column("life_years", DoubleType(), "years in force, filing to end or reference date"),
        _column("has_assignment", BooleanType(), "an assignment event exists"),
        _column("has_litigation", BooleanType(), "a litigation event exists"),
        _column("has_opposition", BooleanType(), "an opposition event exists"),
        _column("applicant_country", StringType(), "country of the first applicant"),
    ]
)

KEY_PATENTS = StructType([*PATENTS.fields, *INDEX_COLUMNS.fields])

VERTICES = StructType(
    [
        _column("id", StringType(), "publication number or code", nullable=False),
        _column("is_key", BooleanType(), "a key patent (or a key patent's code)"),
    ]
)

EDGES = StructType(
    [
        _column("src", StringType(), "citing publication; either end where undirected"),
        _column("dst", StringType(), "cited publication; either end where undirected"),
        _column("weight", LongType(), "parallel edges merged into this one"),
    ]
)

CENTRALITY = StructType(
    [
        _column("id", StringType(), "vertex", nullable=False),
        _column("in_degree", LongType(), "distinct citing neighbours; null where undirected"),
        _column("out_degree", LongType(), "distinct cited neighbours; null where undirected"),
        _column("degree", LongType(), "raw: in_degree + out_degree, or distinct neighbours"),
        _column("degree_centrality", DoubleType(), "degree / (vertices - 1)"),
        _column(
            "betweenness",
            DoubleType(),
            "raw (unnormalised), unweighted, endpoints excluded; ordered pairs where directed",
        ),
    ]
)

SCORES = StructType(
    [
        _column("publication_number", StringType(), "key patent", nullable=False),
        _column("rank", IntegerType(), "1 is the highest core degree; null where that is null"),
        _column("core_degree", DoubleType(), "weighted sum of the four measures, equation 6"),
        _column("core_degree_scaled", DoubleType(), "the same of min-max scaled measures"),
        _column("degree", LongType(), "raw degree in the network"),
        _column("in_degree", LongType(), "citing neighbours; null where undirected"),
        _column("out_degree", LongType(), "cited neighbours; null where undirected"),
        _column("degree_centrality", DoubleType(), "degree / (vertices - 1), equation 2"),
        _column("betweenness", DoubleType(), "raw betweenness, equation 3"),
        _column("popularity", DoubleType(), "citations and family per year, equation 4"),
        _column("main_class", StringType(), "main IPC symbol at the configured level"),
        _column("main_class_count", LongType(), "key patents with this main class"),
        _column("main_class_frequency", DoubleType(), "percent of key patents, equation 5"),
        _column("publication_year", IntegerType(), "year of publication"),
        _column("missing_reason", StringType(), "why a measure is null; null where none is"),
    ]
)

ROBUSTNESS = StructType(
    [
        _column("publication_number", StringType(), "ranked key patent", nullable=False),
        _column("rank", IntegerType(), "as in scores"),
        _column("scaled_rank", IntegerType(), "rank by core_degree_scaled"),
        _column(
            "betweenness_rank", DoubleType(), "rank by raw betweenness alone, ties at the mean"
        ),
        _column("betweenness_share", DoubleType(), "weighted betweenness / core degree, 0 to 1"),
        _column("rank_lowest", IntegerType(), "best rank under any draw of the weights"),
        _column("rank_p05", DoubleType(), "5th percentile of the ranks under all draws"),
        _column("rank_median", DoubleType(), "their median"),
        _column("rank_p95", DoubleType(), "their 95th percentile"),
        _column("rank_highest", IntegerType(), "worst rank under any draw"),
        _column("rank_deviation", DoubleType(), "their standard deviation"),
        _column("top_share", DoubleType(), "share of draws that rank it among the first ten"),
    ]
)

_WINDOW = [
    _column("window_from", IntegerType(), "first year of the window"),
    _column("window_to", IntegerType(), "last year of the window"),
]

WINDOWS = StructType(
    [
        *_WINDOW,
        _column("key_patents", LongType(), "key patents published in the window"),
        _column("vertices", LongType(), "vertices of the window's network"),
        _column("edges", LongType(), "edges of the window's network"),
        _column("scored", LongType(), "key patents with a rank"),
        _column("top", StringType(), "publication number of rank 1"),
    ]
)

WINDOW_SCORES = StructType([*_WINDOW, *SCORES.fields])

WINDOW_MOVERS = StructType(
    [
        *_WINDOW,
        _column("publication_number", StringType(), "key patent ranked in either window"),
        _column("move", StringType(), "up, down, same, entered or left"),
        _column("rank_before", IntegerType(), "rank in the window before"),
        _column("rank_after", IntegerType(), "rank in this window"),
        _column("ranks_gained", IntegerType(), "rank_before - rank_after"),
        _column("standing_before", DoubleType(), "share of ranked patents at or below it, before"),
        _column("standing_after", DoubleType(), "the same in this window; 1 is the first"),
        _column("standing_gained", DoubleType(), "standing_after - standing_before"),
    ]
)

REJECTS = StructType(
    [
        _column("source", StringType(), "file or table"),
        _column("record", StringType(), "row number or key within the source"),
        _column("field", StringType(), "column at fault"),
        _column("value", StringType(), "what stood there, shortened to 200 characters"),
        _column("reason", StringType(), "why it was rejected"),
    ]
)

QUALITY = StructType(
    [
        _column("table", StringType(), "table of the input"),
        _column("check", StringType(), "what was checked, as its limit in the configuration"),
        _column("rows", LongType(), "rows of the table"),
        _column("failed", LongType(), "rows that fail"),
        _column("share", DoubleType(), "failed / rows"),
        _column("limit", DoubleType(), "greatest share that does not stop the run"),
        _column("example", StringType(), "the least key of the rows that fail"),
    ]
)

# --- technologies -------------------------------------------------------------------------------

TECHNOLOGY_PATENTS = StructType(
    [
        _column("technology", StringType(), "name in the catalogue"),
        _column("publication_number", StringType(), "a patent that belongs to it"),
        _column("invention", StringType(), "the invention it is of: its least publication number"),
        _column("grade", StringType(), "core (it is about the technology) or use (it has a part)"),
        _column("rule", StringType(), "first rule that holds (assignment.py), or classifier"),
        _column("matched", StringType(), "the code or word; of the classifier its probability"),
        _column("technical_field", StringType(), "the technology's field as Table 5 words it"),
        _column("is_key", BooleanType(), "a key patent"),
        _column("core_degree", DoubleType(), "of a key patent, equation 6"),
    ]
)

TECHNOLOGY_APPLICANTS = StructType(
    [
        _column("publication_number", StringType(), "a patent of some technology"),
        _column("invention", StringType(), "the invention it is of: its least publication number"),
        _column("position", IntegerType(), "0 is the first applicant"),
        _column("name", StringType(), "in capitals, without punctuation"),
        _column("owner", StringType(), "one name for all spellings"),
        _column("country", StringType(), "country, or office of the earliest priority"),
        _column("side", StringType(), "domestic or foreign; null where unknown"),
        _column(
            "side_source",
            StringType(),
            "record, family, address, name, place, priority or form (sides.py)",
        ),
        _column(
            "sector", StringType(), "enterprise, university, institute, government, individual"
        ),
        _column("is_overseas", BooleanType(), "an affiliate of an owner of another country"),
    ]
)

# What is measured of technologies and of enterprises alike.
INDICATORS = StructType(
    [
        _column("patent_count", LongType(), "inventions (publications where those are counted)"),
        _column("key_patent_count", LongType(), "of them with a key patent"),
        _column("domestic_count", DoubleType(), "of them domestic, in fractions of owners"),
        _column("foreign_count", DoubleType(), "of them foreign, in fractions of owners"),
        _column("unknown_side_count", DoubleType(), "of them of unknown side, in fractions"),
        _column("known_side_share", DoubleType(), "of known side / all"),
        _column("domestic_key_count", DoubleType(), "domestic fractions of key patents"),
        _column("foreign_key_count", DoubleType(), "foreign fractions of key patents"),
        _column("quality_count", LongType(), "passing the technicality steps, of any side"),
        _column("quality_unknown_count", LongType(), "that cannot be judged by those steps"),
        _column("domestic_quality", DoubleType(), "domestic part of those, by 1 + core degree"),
        _column("foreign_quality", DoubleType(), "foreign part of those, by 1 + core degree"),
        _column("unknown_quality", DoubleType(), "part of unknown side, by 1 + core degree"),
        _column("first_year", IntegerType(), "of the first invention's earliest priority"),
        _column("last_year", IntegerType(), "of the last invention's earliest priority"),
        _column("generality", DoubleType(), "mean, Trajtenberg et al. 1997, Hall 2005"),
        _column("generality_rank", DoubleType(), "mean percentile of it within the corpus"),
        _column("generality_patents", LongType(), "inventions whose generality is known"),
        _column("originality", DoubleType(), "mean, Trajtenberg et al. 1997, Hall 2005"),
        _column(
            "novelty", DoubleType(), "mean percentile of new pairs in its year, Verhoeven 2016"
        ),
        _column("novelty_patents", LongType(), "inventions whose novelty is known"),
        _column("novelty_change", DoubleType(), "recent years less those before"),
        _column("filing_growth", DoubleType(), "inventions a year, recent over earlier, no fit"),
        _column("science_linkage", DoubleType(), "non-patent citations a patent, Narin 1997"),
        _column("science_share", DoubleType(), "patents with non-patent citations / known"),
        _column("team_size", DoubleType(), "inventors a patent"),
        _column("enterprise_share", DoubleType(), "patents of an enterprise / known"),
        _column("joint_share", DoubleType(), "patents with joint applicants / known"),
        _column("iur_share", DoubleType(), "of an enterprise with university or institute / known"),
        _column("enterprise_cooperation", DoubleType(), "of two enterprises or more / known"),
        _column("science_cooperation", DoubleType(), "joint, with university or institute / known"),
        _column("government_cooperation", DoubleType(), "joint, with a government body / known"),
        _column("platform_cooperation", DoubleType(), "joint, with a national laboratory or such"),
        _column("foreign_cooperation", DoubleType(), "of two countries or more / known"),
        _column("alliance_share", DoubleType(), "of three owners or more / known"),
        _column("abroad_share", DoubleType(), "with an inventor abroad / known"),
        _column("overseas_share", DoubleType(), "of an owner's affiliate abroad / known"),
        _column("government_interest_share", DoubleType(), "stating public support / known"),
        *(
            _column(f"{side}_patents", LongType(), f"inventions whose first owner is {side}")
            for side in ("domestic", "foreign")
        ),
        *(
            _column(f"{side}_inventor_patents", LongType(), f"those of {side} side with inventors")
            for side in ("domestic", "foreign", "unknown")
        ),
        *(
            _column(f"{side}_{name}_share", DoubleType(), f"the same of the {side} side's")
            for side in ("domestic", "foreign")
            for name in ("science", "iur", "enterprise", "traded")
        ),
        *(
            _column(f"{side}_originality", DoubleType(), f"of the {side} side's")
            for side in ("domestic", "foreign")
        ),
        *(
            _column(f"{side}_{name}_bound", DoubleType(), "those of unknown side included")
            for side in ("domestic", "foreign")
            for name in ("science", "iur", "traded", "originality")
        ),
        _column(
            "expected_science_share", DoubleType(), "of the domestic side's cells, base_rates.py"
        ),
        _column("science_percentile", DoubleType(), "of domestic_science_share among such"),
        _column("science_bound", DoubleType(), "that percentile, those of unknown side included"),
        _column(
            "enterprise_bound", DoubleType(), "enterprise share, those of unknown side included"
        ),
        _column("foreign_enterprise_bound", DoubleType(), "the same of the foreign side's"),
        _column("science_lowest", DoubleType(), "that percentile if the share were 0"),
        _column("expected_iur_share", DoubleType(), "of the domestic side's cells"),
        _column("iur_percentile", DoubleType(), "of domestic_iur_share among such"),
        _column("iur_bound", DoubleType(), "that percentile, those of unknown side included"),
        _column("iur_lowest", DoubleType(), "that percentile if the share were 0"),
        _column("owner_count", LongType(), "owners, harmonised"),
        _column("ownership_concentration", DoubleType(), "Herfindahl index of owners, fractional"),
        _column("foreign_concentration", DoubleType(), "the same among the foreign ones"),
        _column("thicket_triples", LongType(), "mutually blocking, von Graevenitz et al. 2011"),
        _column("thicket_owners", LongType(), "owners with citations to or from another"),
        _column("thicket_density", DoubleType(), "triples / possible triples"),
        _column("inventor_count", LongType(), "inventors, by name"),
        _column("inventor_stock", DoubleType(), "patents an inventor"),
        _column(
            "inventor_breadth", DoubleType(), "mean entropy of an inventor's main groups, nats"
        ),
        _column("newcomer_share", DoubleType(), "of recently active inventors, new ones"),
        *(
            field
            for side in ("domestic", "foreign")
            for field in (
                _column(f"{side}_inventor_count", LongType(), f"of the {side} side's inventions"),
                _column(f"{side}_inventor_breadth", DoubleType(), "mean entropy of those"),
            )
        ),
        *(
            field
            for side in ("domestic", "foreign")
            for field in (
                _column(
                    f"{side}_inventor_count_bound", LongType(), "those of unknown side included"
                ),
                _column(f"{side}_inventor_breadth_bound", DoubleType(), "of those"),
            )
        ),
        _column("cycle_citations", LongType(), "cited inventions of known year"),
        _column("cycle_time", DoubleType(), "their median age in years, Kayal & Waters 1999"),
        _column("domestic_cycle_time", DoubleType(), "of what the domestic side cites"),
        _column("foreign_cycle_time", DoubleType(), "of what the foreign side cites"),
        _column("state_quality_share", DoubleType(), "of domestic quality inventions, causes.py"),
        _column("state_quality_bound", DoubleType(), "those of unknown side included"),
        _column("foreign_cited_share", DoubleType(), "of what the domestic side cites within"),
        _column("foreign_cited_share_low", DoubleType(), "if all unknown ones are domestic"),
        _column("foreign_cited_share_high", DoubleType(), "if all unknown ones are foreign"),
        _column("iur_chain_coverage", DoubleType(), "citations within, with an IUR patent"),
        _column("iur_network_coverage", DoubleType(), "components of those, with an IUR patent"),
        _column("partner_sectors", LongType(), "sectors among joint applicants"),
        _column("partner_entropy", DoubleType(), "their entropy, nats"),
        _column("chain_links", LongType(), "IPC main groups"),
        _column("class_breadth", DoubleType(), "entropy of the patents over them, nats"),
        _column("chain_spread", DoubleType(), "evenness of IUR patents over them, 0 to 1"),
        _column("shared_inventor_share", DoubleType(), "inventors of two owners or more / all"),
        _column("team_count", LongType(), "teams, by the inventor with most inventions"),
        _column("team_difference", DoubleType(), "part of the breadth between teams, Lin 1991"),
        _column("vertical_links", LongType(), "links of the catalogue's chain that it stands at"),
        _column("vertical_spread", DoubleType(), "of them joined by an IUR invention"),
        _column("ties", LongType(), "pairs of joint applicants"),
        _column("repeated_tie_share", DoubleType(), "of them in two years or more"),
        _column("partner_distance", DoubleType(), "mean distance of their knowledge, Jaffe 1986"),
        _column("iur_basic_research", DoubleType(), "mechanism 1 of paper C"),
        _column("iur_subjects", DoubleType(), "mechanism 2: multiple subjects"),
        _column("iur_chain", DoubleType(), "mechanism 3: upstream and downstream"),
        _column("iur_global", DoubleType(), "mechanism 4: global resources"),
        _column(
            "iur_index", DoubleType(), "mean percentile rank; null below min_patents, and alone"
        ),
    ]
)

TECHNOLOGIES = StructType(
    [
        _column("technology", StringType(), "name in the catalogue", nullable=False),
        _column("name_zh", StringType(), "Chinese name"),
        _column("name_en", StringType(), "English name"),
        _column("scope_zh", StringType(), "what is meant, in Chinese; read by no rule"),
        _column("scope_en", StringType(), "what is meant, in English; read by no rule"),
        _column("type", StringType(), "type as printed in Table 6"),
        _column("technical_field", StringType(), "field as printed in Table 5"),
        _column("public_good", StringType(), "none, semi or pure; null where nobody has said"),
        _column("standardised", BooleanType(), "one standard product, as said"),
        _column("niche_market", BooleanType(), "a domestic niche, as said"),
        _column("government_will", BooleanType(), "a programme of the state, as said"),
        _column("strategic", BooleanType(), "major strategic, as said"),
        _column("said_stage", StringType(), "stage as said; read where filings do not tell it"),
        _column("said_layout", StringType(), "generic or frontier; where citations do not tell"),
        _column("form", StringType(), "integrated product, material or part, or process"),
        _column("users", ArrayType(StringType()), "government, enterprises, consumers, as said"),
        _column("patents", StringType(), "closed, open, pooled or none, as said"),
        _column("industrialisation", StringType(), "supply chain, alliance or not required"),
        _column("talent", StringType(), "universities, enterprises or state teams, as said"),
        _column("attribute_sources", MapType(StringType(), StringType()), "who said each"),
        _column("published", StringType(), "broken through as printed: yes or no"),
        _column("published_units", ArrayType(StringType()), "R&D units as printed"),
        *INDICATORS.fields,
        _column("maturity", DoubleType(), "cumulative filings / fitted saturation"),
        _column("saturation", DoubleType(), "of the logistic fit"),
        _column("growth_rate", DoubleType(), "of the logistic fit, a year"),
        _column("midpoint", DoubleType(), "year of half saturation"),
        _column("fit_r2", DoubleType(), "goodness of the fit"),
        _column("fit_failure", StringType(), "why there is no fit; null where there is one"),
        _column("maturity_low", DoubleType(), "lower end of its 90 % interval, bootstrap"),
        _column("maturity_high", DoubleType(), "upper end"),
        _column("cut_low", DoubleType(), "least maturity without the last 1, 2, 3 years"),
        _column("cut_high", DoubleType(), "greatest maturity without them"),
        _column("at_bound", BooleanType(), "the fit ends at a bound"),
        *(
            _column(f"{side}_maturity{end}", DoubleType(), f"of {side} inventions{what}")
            for side in ("domestic", "foreign")
            for end, what in (("", ""), ("_low", ", lower end"), ("_high", ", upper end"))
        ),
        *(
            _column(f"{side}_at_bound", BooleanType(), f"that of {side} ones does")
            for side in ("domestic", "foreign")
        ),
        _column("domestic_lead", StringType(), "first domestic owner by inventions"),
        _column("actual_lead", StringType(), "what that is: leaders.py"),
        _column(
            "is_lead_open", BooleanType(), "an owner of unknown side may be it, of another kind"
        ),
        _column("first_owner_share", DoubleType(), "of quality inventions: risk of monopoly"),
        _column("first_country_share", DoubleType(), "of quality inventions, of the known ones"),
        _column("domestic_lag", DoubleType(), "years that the domestic side is behind (lag.py)"),
        _column("known_quality_share", DoubleType(), "quality inventions of known side / all"),
        *(
            _column(f"{side}_share{end}", DoubleType(), f"of the quality inventions{what}")
            for side in ("domestic", "foreign")
            for end, what in (
                ("", " of known side; null where too few"),
                ("_low", " if all unknown ones are the other side's"),
                ("_high", " if all unknown ones are its own"),
            )
        ),
        _column("domestic_is_strong", BooleanType(), "share and maturity suffice at both bounds"),
        _column("foreign_is_strong", BooleanType(), "share and maturity suffice at both bounds"),
    ]
)

TECHNOLOGY_YEARS = StructType(
    [
        _column("technology", StringType(), "name in the catalogue"),
        _column("year", IntegerType(), "year of the earliest priority"),
        _column("patents", LongType(), "inventions of the year"),
        _column("domestic", DoubleType(), "of them domestic, in fractions of owners"),
        _column("foreign", DoubleType(), "of them foreign, in fractions of owners"),
        _column("novelty", DoubleType(), "mean novelty of the year's inventions"),
        _column("cumulative", LongType(), "up to the year"),
        _column("fitted", DoubleType(), "the logistic curve's; null where there is no fit"),
    ]
)

TECHNOLOGY_OWNERS = StructType(
    [
        _column("technology", StringType(), "name in the catalogue"),
        _column("side", StringType(), "domestic or foreign; null where unknown"),
        _column("rank", IntegerType(), "within the side, by inventions, quality and name"),
        _column("owner", StringType(), "one name for all spellings"),
        _column("country", StringType(), "country, or office of the earliest priority"),
        _column("sector", StringType(), "as in technology_applicants, the commonest"),
        _column("side_source", StringType(), "as in technology_applicants, the commonest"),
        _column("patents", DoubleType(), "inventions, in fractions of owners"),
        _column("key_patents", DoubleType(), "of them with a key patent"),
        _column("quality", DoubleType(), "part of quality inventions, by 1 + core degree"),
        _column("quality_share", DoubleType(), "of the technology's; null where it has none"),
    ]
)

TECHNOLOGY_COUNTRIES = StructType(
    [
        _column("technology", StringType(), "name in the catalogue"),
        _column("country", StringType(), "of owners; those without a country are left out"),
        _column("rank", IntegerType(), "by quality, then inventions, then country"),
        _column("patents", DoubleType(), "inventions, in fractions of owners"),
        _column("share", DoubleType(), "of the technology's of known country"),
        _column(
            "specialisation", DoubleType(), "that / the country's in the corpus; of min_patents"
        ),
        _column("quality", DoubleType(), "part of quality inventions, by 1 + core degree"),
        _column("quality_share", DoubleType(), "of those of known country"),
    ]
)

TECHNOLOGY_JUDGEMENTS = StructType(
    [
        _column("technology", StringType(), "name in the catalogue"),
        _column("question", StringType(), "status, absence, class, technology, product, ..."),
        _column("verdict", StringType(), "the answer; unknown where the data do not say"),
        _column("window", StringType(), "window of opportunity, for its four dimensions"),
        _column("barrier", StringType(), "barrier, for the four dimensions"),
        _column("reason", StringType(), "what is missing where the verdict is unknown"),
        _column("figures", MapType(StringType(), DoubleType()), "what it rests on; flags as 0, 1"),
        _column("thresholds", MapType(StringType(), DoubleType()), "the limits applied"),
        _column("sources", MapType(StringType(), StringType()), "of attributes that it rests on"),
        _column("published", StringType(), "status as printed in Table 6"),
        _column("agrees", BooleanType(), "whether the verdict is the printed one"),
    ]
)

ENTERPRISES = StructType(
    [_column("enterprise", StringType(), "name", nullable=False), *INDICATORS.fields]
)

COOPERATION_PAIRS = StructType(
    [
        _column("technology", StringType(), "name in the catalogue"),
        _column("applicant", StringType(), "one of two joint applicants"),
        _column("partner", StringType(), "the other, later in the alphabet"),
        _column("applicant_sector", StringType(), "sector of the one"),
        _column("applicant_country", StringType(), "country of the one"),
        _column("partner_sector", StringType(), "sector of the other"),
        _column("partner_country", StringType(), "country of the other"),
        _column("patents", LongType(), "patents in common"),
        _column("years", ArrayType(IntegerType()), "years with some of them"),
        _column("distance", DoubleType(), "1 - cosine of their main groups, Jaffe 1986"),
    ]
)

COOPERATION_NETWORK = StructType(
    [
        _column("name", StringType(), "an applicant that has partners", nullable=False),
        _column("sector", StringType(), "its sector"),
        _column("country", StringType(), "its country"),
        _column("patents", LongType(), "its patents in all technologies, joint or not"),
        _column("degree", LongType(), "partners"),
        _column("degree_centrality", DoubleType(), "degree / (applicants - 1)"),
        _column("betweenness", DoubleType(), "raw, undirected, each unordered pair once"),
    ]
)

# What an export makes of the tables: a measure of an item a row (results/export/pages.py).
PAGES = StructType(
    [
        _column("page", StringType(), "the technology, or the enterprise"),
        _column("part", StringType(), "of the page: verdicts, figures, limits, curve, ..."),
        _column("place", IntegerType(), "order within the part, where it has one"),
        _column("item", StringType(), "what the measure is of: question, unit, year, patent"),
        _column("measure", StringType(), "its name, as in the table it is from"),
        _column("value", DoubleType(), "where it is a number"),
        _column("low", DoubleType(), "lower bound, where it has one"),
        _column("high", DoubleType(), "upper bound, where it has one"),
        _column("text", StringType(), "where it is words"),
    ]
)

TABLES = {
    "patents": PATENTS,
    "citations": CITATIONS,
    "quality": QUALITY,
    "funnel": FUNNEL,
    "key_patents": KEY_PATENTS,
    "vertices": VERTICES,
    "edges": EDGES,
    "centrality": CENTRALITY,
    "scores": SCORES,
    "robustness": ROBUSTNESS,
    "windows": WINDOWS,
    "window_scores": WINDOW_SCORES,
    "window_movers": WINDOW_MOVERS,
    "rejects": REJECTS,
    "technologies": TECHNOLOGIES,
    "technology_patents": TECHNOLOGY_PATENTS,
    "technology_applicants": TECHNOLOGY_APPLICANTS,
    "technology_years": TECHNOLOGY_YEARS,
    "technology_owners": TECHNOLOGY_OWNERS,
    "technology_countries": TECHNOLOGY_COUNTRIES,
    "technology_judgements": TECHNOLOGY_JUDGEMENTS,
    "enterprises": ENTERPRISES,
    "cooperation_pairs": COOPERATION_PAIRS,
    "cooperation_network": COOPERATION_NETWORK,
}

COUNTS = tuple(field.name for field in PATENTS if isinstance(field.dataType, IntegerType))
"""Columns of publications that count something."""

_WIDENS_TO = {
    ("tinyint", "int"),
    ("smallint", "int"),
    ("tinyint", "bigint"),
    ("smallint", "bigint"),
    ("int", "bigint"),
    ("float", "double"),
    ("int", "double"),
}


def _fits(found: DataType, wanted: DataType) -> bool:
    found_name, wanted_name = found.simpleString(), wanted.simpleString()
    # A column of nothing but nulls has no type of its own.
    return (
        found_name in (wanted_name, "void")
        or (found_name, wanted_name) in _WIDENS_TO
        or _fits_nested(found, wanted)
    )


def _fits_nested(found: DataType, wanted: DataType) -> bool:
    if isinstance(found, ArrayType) and isinstance(wanted, ArrayType):
        return _fits(found.elementType, wanted.elementType)
    if isinstance(found, StructType) and isinstance(wanted, StructType):
        # Spark casts structs by position, so the order counts.
        return found.names == wanted.names and all(
            _fits(inner.dataType, outer.dataType)
            for inner, outer in zip(found, wanted, strict=True)
        )
    return False


def bare(schema: StructType) -> StructType:
    """Return names and types of the columns, as files have them: without comments, all nullable."""
    return StructType([StructField(field.name, field.dataType) for field in schema])


def conform(
    df: DataFrame,
    schema: StructType,
    *,
    table: str,
    required: Iterable[str] = (),
) -> DataFrame:
    """Return ``df`` with exactly the columns of ``schema``, in its order.

    Columns that the frame lacks become null, narrower numbers are widened, and columns that the
    schema does not name are left out.

    Args:
        df: any frame.
        schema: the declared columns.
        table: the table's name, for the message.
        required: columns that must be there.

    Raises:
        InputError: naming every column that is required and absent or has another type.

    >>> df = spark.createDataFrame([("CN1A", 5)], "citing string, extra int")
    >>> conform(df, CITATIONS, table="citations").show()
    +------+-----+--------+------+
    |citing|cited|category|origin|
    +------+-----+--------+------+
    |  CN1A| NULL|    NULL|  NULL|
    +------+-----+--------+------+
    <BLANKLINE>
    >>> conform(df, CITATIONS, table="citations", required=["cited"])
    Traceback (most recent call last):
    patentcore.errors.InputError: table citations: no column cited
    """
    found = {field.name: field.dataType for field in df.schema}
    problems = [f"no column {name}" for name in required if name not in found]
    problems += [
        f"{field.name} is {found[field.name].simpleString()}, not {field.dataType.simpleString()}"
        for field in schema
        if field.name in found and not _fits(found[field.name], field.dataType)
    ]
    if problems:
        raise InputError(f"table {table}: " + "; ".join(problems))
    return df.select(
        *(
            F.col(field.name).cast(field.dataType).alias(field.name)
            if field.name in found
            else F.lit(None).cast(field.dataType).alias(field.name)
            for field in schema
        )
    )
