from __future__ import annotations

import pytest

from patentcore.sources.reading.files import File
from patentcore.sources.reading.sniffing import Look


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('{"a": "Größe", "b": "'.encode() + b"\xe9" + '", "c": "题"}'.encode(), "UTF-8"),
        ("题目的中文专利名称及摘要".encode("gb18030"), "GB18030"),
        (b"plain", "UTF-8"),
    ],
)
def test_a_bad_byte_of_a_line_leaves_its_encoding(head: bytes, encoding: str) -> None:
    assert Look(File("a.json", len(head)), head).encoding == encoding


@pytest.mark.parametrize(
    ("text", "written", "encoding"),
    [
        ("DOE JOSÉ;;MÜLLER JÜRGEN – “valve”", "cp1252", "windows-1252"),
        ("Möglichkeit, eau\xa0: 5\xa0°C", "cp1252", "windows-1252"),
        ("発明の名称,アイウエオ", "shift_jis", "GB18030"),
        ("Müller,专利,镕基,发明", "gb18030", "GB18030"),
        ("DVOŘÁK JIŘÍ;;NOVÁK JOSEF", "cp1250", "windows-1250"),
        ("Způsob měření příkonu;;DVOŘÁK JIŘÍ", "cp1250", "windows-1250"),
        ("Urządzenie do łączenia części;;WÓJCIK MAŁGORZATA", "iso8859-2", "iso8859-2"),
        ("Ölçüm için düzenek;;TÜRKİYE ŞİŞE;;ŞAHİN ÖZGÜR", "cp1254", "windows-1254"),
        ("Procédé et système d’évaluation;;SOCIÉTÉ GÉNÉRALE", "mac_roman", "mac_roman"),
        ("Vorrichtung zur Prüfung;;MÜLLER;;Größe;;Möglichkeit", "cp850", "cp850"),
        ("Устройство для измерения;;ИВАНОВ ПЁТР", "cp1251", "windows-1251"),
        ("Пристрій для вимірювання;;Шевченко Ігор", "cp1251", "windows-1251"),
        ("Устройство для измерения;;ИВАНОВ ПЁТР", "koi8-r", "koi8-r"),
        ("Устройство для измерения;;ИВАНОВ ПЁТР", "cp866", "cp866"),
        ("Σύστημα και μέθοδος μέτρησης", "cp1253", "windows-1253"),
        ("Valve;;Äußere CO", "cp1252", "windows-1252"),
        ("Ä CO;;B;;DOE J", "cp1252", "windows-1252"),
        ("WAŁĘSA;;KOWALSKI STANISŁAW", "cp1250", "windows-1250"),
        ("GÖÖCK ÄÖ;;GRÖßER", "cp1252", "windows-1252"),
        ("半導體裝置之製造方法及其專利申請範圍", "big5", "big5"),
        ("閥門裝置及其專利申請範圍與製造方法", "gb18030", "GB18030"),
        ("ポンプの制御方法及びその装置、弁を備える", "cp932", "cp932"),
        ("ポンプの制御方法及びその装置、弁を備える", "euc_jp", "euc_jp"),
        ("펌프의 제어 방법 및 그 장치와 밸브를 구비하는 시스템", "cp949", "cp949"),
        ("一种泵的控制方法及其装置以及具有该装置的系统", "gb18030", "GB18030"),
    ],
)
def test_the_script_tells_the_encoding(text: str, written: str, encoding: str) -> None:
    head = text.encode(written)
    look = Look(File("a.csv", len(head)), head)
    assert look.encoding == encoding
    assert written == "shift_jis" or look.text == text
