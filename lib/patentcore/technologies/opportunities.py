"""Windows of opportunity and barriers in four dimensions (paper H, section 2 and figure 1)."""

from __future__ import annotations

from patentcore.technologies.rules import Rule, coalesce, column, has, null_if, rounded, rule, when
from patentcore.technologies.verdicts import UNKNOWN, Thresholds, known_rule, texts


def is_blocked(limits: Thresholds) -> Rule:
    """Tell whether foreign owners can block: they hold most, in few hands or in a thicket.

    Null where those of unknown side decide whether they hold most, and of few inventions: that they
    block takes ``min_patents`` foreign ones, that they do not as many in all.

    >>> limits = {
    ...     "min_patents": 10,
    ...     "blocking_foreign_share": 0.5,
    ...     "blocking_concentration": 0.15,
    ...     "blocking_thicket": 0.05,
    ... }
    >>> names = ("domestic_count", "foreign_count", "unknown_side_count")
    >>> held = {"foreign_concentration": 0.2, "thicket_density": 0.0}
    >>> [
    ...     is_blocked(limits).of(dict(zip(names, counts, strict=True)) | held)
    ...     for counts in ((1, 10, 1), (6, 4, 1), (1, 2, 9), (1, 9, 1), (0, 1, 0), (5, 4, 0))
    ... ]
    [True, False, None, None, None, None]
    """
    foreign = column("foreign_count")
    total = column("domestic_count") + foreign + column("unknown_side_count")
    are_close = (column("foreign_concentration") >= limits["blocking_concentration"]) | (
        column("thicket_density") >= limits["blocking_thicket"]
    )
    fewest = limits["min_patents"]
    can_block = foreign_holds_most(limits) & when(rounded(foreign, 9) >= fewest, are_close)
    return when(rounded(total, 9) >= fewest, can_block)


def foreign_holds_most(limits: Thresholds) -> Rule:
    """Tell whether foreign owners hold most; null where those of unknown side decide it."""
    foreign, unknown = column("foreign_count"), column("unknown_side_count")
    total = null_if(column("domestic_count") + foreign + unknown, 0)
    limit = limits["blocking_foreign_share"]
    least, most = (
        rounded(foreign / total, 12) >= limit,
        rounded((foreign + unknown) / total, 12) >= limit,
    )
    return when(least == most, least)


def opportunities(limits: Thresholds) -> dict[str, Rule]:
    """Return the state, windows and barriers of technology, product, market and institution.

    What the catalogue says of patents counts for the technology, of users for the product, of
    industrialisation for the market and of talent for the institution (the rows of paper H's
    tables 1, 2, 4 and 5).
    """
    return _of_technology(limits) | _of_product() | _of_market() | _of_institution()


def _of_technology(limits: Thresholds) -> dict[str, Rule]:
    stage, patents = column("stage"), column("patents")
    # What people say of patents is of a technology's whole; what is not said leaves it to figures.
    has_none = coalesce(patents == "none", rule(False))
    said = when(patents == "closed", True).when(has_none, False)
    blocks = coalesce(said, is_blocked(limits))
    return {
        "technology_window": texts(
            [
                (stage == "emerging", "little accumulation is needed; several routes compete"),
                (stage == "growth", "routes are settling: import and re-innovate early"),
                (stage == "mature", "a settled paradigm: import, absorb, re-innovate"),
                (stage == "transition", "a new paradigm challenges the old one"),
                (patents.is_in("open", "pooled"), "patents are open to partners"),
            ]
        ),
        "technology_barrier": texts(
            [
                (stage == "emerging", "weak basic research and commercial strength"),
                (stage == "transition", "accumulation keeps the leaders ahead"),
                (coalesce(blocks, rule(False)), "foreign patents block"),
                (
                    stage.is_in("growth", "mature") & ~has_none & coalesce(~blocks, rule(False)),
                    "none seen in patents",
                ),
                (has_none, "none: no patents"),
            ]
        ),
    }


def _of_product() -> dict[str, Rule]:
    good, standard = column("public_good"), column("standardised")

    def is_used_by(user: str) -> Rule:
        return has("users", user)

    return {
        "product": coalesce(
            when(good == "pure", "pure public good")
            .when(good == "semi", "semi-public good")
            .when(good == "none", "commodity"),
            rule(UNKNOWN),
        ),
        "product_window": texts(
            [
                (good == "pure", "the state carries it: the goal counts, not the market"),
                (good == "semi", "public procurement opens the market"),
                ((good == "none") & ~standard, "not standardised: room for other products"),
                (is_used_by("government"), "the state as a user steers it"),
                (
                    is_used_by("enterprises") & ~is_used_by("consumers"),
                    "enterprises that use it improve it",
                ),
                (
                    is_used_by("enterprises") & is_used_by("consumers"),
                    "wide use makes an ecosystem",
                ),
            ]
        ),
        "product_barrier": texts(
            [
                ((good == "none") & standard, "standard product: users stay, rivals press"),
                ((good == "none") & ~standard, "no public procurement"),
                ((good == "semi") & standard, "the standard must be won"),
                (good == "pure", "no market tests it"),
            ]
        ),
    }


def _of_market() -> dict[str, Rule]:
    standard, niche = column("standardised"), column("niche_market")
    way = column("industrialisation")
    market = when(niche, "niche").when(~standard, "diverse").when(standard, "standardised")
    return {
        "market": coalesce(market, rule(UNKNOWN)),
        "market_window": texts(
            [
                (niche, "a domestic niche that foreign products do not serve"),
                (~standard, "diverse demand: customised products"),
                (way == "supply chain", "an established supply chain takes it up"),
                (way == "alliance", "an alliance brings it to the market"),
                (way == "not required", "no industry has to be built"),
            ]
        ),
        "market_barrier": texts(
            [(standard & coalesce(~niche, rule(True)), "standards and ecosystem of the leaders")]
        ),
    }


def _of_institution() -> dict[str, Rule]:
    will, talent = column("government_will"), column("talent")
    return {
        "institution": known_rule(will, "government will", "none declared"),
        "institution_window": texts(
            [
                (will, "resources and coordination by the state"),
                (talent == "universities", "people come from universities"),
                (talent == "enterprises", "enterprises draw people"),
                (talent == "state teams", "teams of leading scientists share one aim"),
            ]
        ),
        "institution_barrier": texts([(~will, "left to entrepreneurs alone")]),
    }
