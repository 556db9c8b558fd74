"""Technologies planted into the corpus: what is known of them, for the judgements to recover.

About one publication in twenty is about a planted technology. Planting changes titles, abstracts,
applicants and the number of non-patent citations; never those of a published patent, and nothing
that the funnel, the network or the scores read. Which side is strong follows the paper's Table 6,
as everything in this corpus follows the paper, or contradicts it throughout, and of sides some may
be hidden, at random or not: judgements that only repeat the table, or what is known of sides, then
fail. It is no evidence about any real technology.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pyspark.sql import Column
from pyspark.sql import functions as F

from patentcore.synthetic.draws import Draws, table

Shape = Literal["mature", "emerging"]
Truth = Literal["table-6", "contrary"]
Hidden = Literal["none", "random", "weak", "strong", "mixed"]

FIRST_YEAR, LAST_YEAR = 2000, 2023
_DRAW = 1_000_000
# Publications about each technology, as a share of all: some 460 at scale 1, of a young one 1,400,
# because the last, most numerous ones are too fresh to be fitted.
_SHARE: dict[Shape, float] = {"mature": 0.0015, "emerging": 0.0045}


@dataclass(frozen=True)
class Signal:
    """What is planted about a technology.

    Attributes:
        name: its name in conf/technologies.toml.
        chinese: its words in Chinese titles.
        english: its words in other titles.
        is_domestic: most first applicants are Chinese enterprises, else foreign ones.
        shape: filings over the years: long past their peak, or growing ever faster.
        is_joint: enterprises file with universities and institutes often, or hardly ever.
        is_scientific: most publications cite literature, or hardly any.
        hidden: how many in a hundred first applicants of the strong and of the other side have
            nothing that tells it.
    """

    name: str
    chinese: str
    english: str
    is_domestic: bool
    shape: Shape
    is_joint: bool
    is_scientific: bool
    hidden: tuple[int, int] = (0, 0)


# Name, words, broken through in Table 6. Those that are not are strong abroad, or strong nowhere.
_PLANTED = """
photoetching_machine|光刻机|lithography machine|no
chip|集成电路|integrated circuit|yes
operating_system|操作系统|microkernel|yes
aeroengine_nacelle|发动机短舱|engine nacelle|no
tactile_sensor|触觉传感器|tactile sensor|yes
vacuum_still|真空蒸镀|vacuum evaporation|yes
mobile_phone_rf_device|手机射频|rf front end|yes
iclip_technique|iCLIP|iclip|no
heavy_duty_gas_turbine|燃气轮机|heavy duty gas turbine|yes
laser_radar|激光雷达|laser radar|yes
airworthiness_standard|适航|airworthiness|no
high_end_capacitor_resistor|多层陶瓷电容器|multilayer ceramic capacitor|no
core_industrial_software|工业软件|industrial software|no
ito_target|ITO靶材|ito target|yes
robot_core_algorithm|机器人运动规划|robot motion planning|no
aviation_steel|航空用钢|aviation steel|no
milling_cutter|铣刀|milling cutter|no
bearing_steel|轴承钢|bearing steel|yes
high_pressure_plunger_pump|柱塞泵|plunger pump|yes
aeronautical_design_software|飞机设计软件|aircraft design software|no
photoresist|光刻胶|photoresist|no
common_rail_system|高压共轨|common rail system|yes
transmission_electron_microscope|透射电镜|transmission electron microscope|no
boring_machine_main_bearing|掘进机主轴承|boring machine main bearing|yes
microsphere|微球|microsphere|yes
underwater_connector|水下连接器|underwater connector|yes
fuel_cell_materials|质子交换膜|proton exchange membrane|yes
welding_power_supply|焊接电源|welding power supply|no
lithium_battery_separator|锂电池隔膜|lithium battery separator|yes
medical_imaging_components|CT探测器|ct detector|no
ultra_precision_polishing|超精密抛光|ultra precision polishing|yes
epoxy_resin|环氧树脂|epoxy resin|no
high_strength_stainless_steel|高强度不锈钢|high strength stainless steel|no
database_management_system|数据库管理系统|database management system|yes
scanning_electron_microscope|扫描电镜|scanning electron microscope|yes
"""

# Technologies that are strong nowhere yet: young on both sides.
_YOUNG: dict[Truth, tuple[str, ...]] = {
    "table-6": ("iclip_technique", "robot_core_algorithm", "aeronautical_design_software"),
    "contrary": ("tactile_sensor", "ito_target", "microsphere"),
}
# Hidden sides in a hundred: of the strong side, of the other one.
_RATES: dict[Hidden, tuple[int, int]] = {
    "none": (0, 0),
    "random": (15, 15),
    "weak": (5, 85),
    "strong": (85, 5),
}


def planted(truth: Truth = "table-6", hidden: Hidden = "none") -> tuple[Signal, ...]:
    """Return what is planted.

    Args:
        truth: the strong side is that of Table 6, or the other one throughout.
        hidden: whose sides nothing tells: nobody's, anybody's at random, mostly those of the weak
            or of the strong side; ``mixed`` is each of these for every fourth technology.

    >>> chip = planted("contrary", "mixed")[1]
    >>> chip.name, chip.is_domestic, chip.hidden
    ('chip', False, (15, 15))
    """
    rates = list(_RATES.values())
    found = []
    for i, line in enumerate(_PLANTED.strip().splitlines()):
        name, chinese, english, broken_through = line.split("|")
        is_young = name in _YOUNG[truth]
        found.append(
            Signal(
                name,
                chinese,
                english,
                is_domestic=(broken_through == "yes") == (truth == "table-6"),
                shape="emerging" if is_young else "mature",
                is_joint=i % 2 == 0,
                is_scientific=i % 3 == 0,
                hidden=rates[i % len(rates)] if hidden == "mixed" else _RATES[hidden],
            )
        )
    return tuple(found)


SIGNALS = planted()

# Invented, like the enterprises: name and country of foreign first applicants.
FOREIGN = (
    ("Vantor Lithographics BV", "NL"),
    ("Kurokawa Seimitsu KK", "JP"),
    ("Halberg Werke AG", "DE"),
    ("Pacific Ridge Technologies Inc", "US"),
    ("Soryeong Electronics Co Ltd", "KR"),
    ("Montclair Aerospace SAS", "FR"),
    ("Ashdown Materials plc", "GB"),
    ("Great Basin Systems LLC", "US"),
)
# The first partners of the vocabulary are universities and institutes at home.
SCIENCE_PARTNERS = 6


def _weight(shape: Shape, year: int) -> float:
    if shape == "mature":
        return math.exp(-((year - 2010) ** 2) / (2 * 3.0**2))
    return math.exp(0.4 * (year - LAST_YEAR))


def thresholds(volume: dict[int, float], signals: Sequence[Signal] = SIGNALS) -> list[list[int]]:
    """Return, for each year, the limits below which a draw plants the first, second, ... signal.

    Args:
        volume: share of all publications in each year.
        signals: what is planted.
    """
    rows = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        limit, row = 0.0, []
        for signal in signals:
            total = sum(_weight(signal.shape, y) for y in range(FIRST_YEAR, LAST_YEAR + 1))
            limit += _SHARE[signal.shape] * _weight(signal.shape, year) / total / volume[year]
            row.append(round(limit * _DRAW))
        rows.append(row)
    return rows


def number(
    shared: Draws,
    year: Column,
    is_free: Column,
    volume: dict[int, float],
    signals: Sequence[Signal],
) -> Column:
    """Return the place among the signals of what is planted in a row; null for most.

    Reads ``is_grant``.

    Args:
        shared: draws of the application.
        year: year of its first publication.
        is_free: false where nothing may be planted.
        volume: share of all publications in each year.
        signals: what is planted.
    """
    limits = thresholds(volume, signals)
    limit_of_year = F.get(F.array(*map(table, limits)), (year - FIRST_YEAR).cast("int"))
    draw = shared.below(_DRAW, "signal")
    place = F.size(F.filter(limit_of_year, lambda limit: limit <= draw))
    # Grants come years after filing: with them the young would seem to have stopped growing.
    is_young = F.get(table([int(one.shape == "emerging") for one in signals]), place) == 1
    is_late = is_young & F.col("is_grant")
    return F.when(is_free & ~is_late & (place < len(signals)), place)


def of(values: list[str] | list[int]) -> Column:
    """Return what stands for the planted signal in a list as long as the signals."""
    return F.get(table(values), F.col("signal"))
