"""Words of patent exports, Chinese and English, and the canonical values they stand for.

Each table maps a canonical value to regular expressions, tried in the order of the table; the
first that is found in the cell (in lower case, after NFKC) decides. ``LABELS`` are the Chinese
words to write.
"""

from __future__ import annotations

from patentcore.words.text import FULL_WIDTH, HALF_WIDTH

# What stands for a value that is missing, in the words of tools, spreadsheets and people. Na and
# Nan are names, NA is also Namibia's code.
_MISSING = (
    "n/a", "n / a", "n.a", "n. a", "#n/a", "#na", "#n/a n/a", "null", "none", "nil", "n/d", "n.d",
    "n/k", "undefined", "unknown", "not known", "unspecified", "not specified", "not available",
    "not applicable", "not given", "not provided", "no data", "no value", "no information", "\\n",
    "#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!", "#spill!", "#calc!", "#bezug!",
    "#wert!", "#nv", "#zahl!", "#valeur!", "#nom?", "unbekannt", "nicht bekannt", "nicht verfügbar",
    "n.v", "keine angabe", "keine angaben", "keine", "k.a", "k. a", "k.A", "k. A", "entfällt",
    "inconnu", "non disponible", "néant", "aucun", "s/o", "desconocido", "ninguno",
    "no disponible", "desconhecido", "sconosciuto", "неизвестно", "нет данных",
    "空", "无", "無", "暂无",
    "暫無", "暂无数据", "无数据", "無數據", "没有", "沒有", "不详", "不詳",
    "未知", "不明", "不适用", "不適用", "未提供", "空白", "なし", "無し", "該当なし", "記載なし",
    "データなし", "暂无信息", "无信息", "没有数据", "没有信息", "无此项", "空值", "缺失",
    "未填写", "未填", "未公开", "不公开", "未公告", "非公開", "无申请人", "无发明人", "无专利权人",
    "不公告发明人", "不公告发明人姓名", "请求不公布姓名", "发明人请求不公开姓名", "not disclosed",
    "undisclosed", "no inventor", "no applicant", "no assignee", "unassigned", "not assigned",
    "tbd", "n\\a", "#n/d", "#н/д", "#знач!", "#arg!", "#valor!", "#¿nombre?", "#ref",
    "sin datos", "non renseigné", "keine daten", "keine Daten", "없음",
    "해당없음", "해당 없음", "미상", "불명",
    "알 수 없음", "정보 없음", "데이터 없음",
)  # fmt: skip
# Words that are one only in brackets: Blank is a name, too.
_IN_BRACKETS = ("na", "nan", "blank", "blanks", "empty", "missing", "null", "leer", "vide")
_MARKS = "-–—－―ー_＿.。…/／\\*＊#＃~～・·=|｜"
_LONGEST_RUN = 12  # of one mark: a spreadsheet's narrow column shows number signs alone
_BRACKETS = ("()", "（）", "[]", "［］", "【】", "〈〉", "<>", "{}", "''", '""', "--")
_WIDE = str.maketrans(HALF_WIDTH[:-2], FULL_WIDTH[:-2])


def _spelt() -> frozenset[str]:
    """Spell the words in small, capital and full-width letters, in brackets, and with a stop."""
    cased = {
        form for word in _MISSING for form in (word, word.upper(), word.capitalize(), word.title())
    }
    bracketed = cased | {form for word in _IN_BRACKETS for form in (word, word.upper())}
    return frozenset(
        cased
        | {word.translate(_WIDE) for word in (*cased, "NA", "na") if word.isascii()}
        | {"", "NA", "na", "NaN", "NAN", "nan", "NaT"}
        | {word + stop for word in cased for stop in (".", "。")}
        | {f"{pair[0]}{word}{pair[1]}" for word in bracketed for pair in _BRACKETS}
        | {mark * length for mark in _MARKS for length in range(1, _LONGEST_RUN)}
        | {*_BRACKETS, *(f"{pair[0]} {pair[1]}" for pair in _BRACKETS)}
    )


MISSING_WORDS = _spelt()
MISSING_CODES = MISSING_WORDS - {"NA", "na"}
# What a column for yes or no may say; words for nothing are no.
YES = frozenset((
    "是", "有", "yes", "y", "true", "1", "ja", "oui", "はい", "有り", "あり", "예", "있음",
))  # fmt: skip
NO = frozenset((
    "否", "无", "無", "没有", "沒有", "no", "n", "false", "0", "nein", "non", "いいえ", "無し",
    "なし", "아니오", "아니요", "없음",
))  # fmt: skip

PATENT_TYPES: dict[str, str] = {
    "utility_model": "实用|實用|実用|新型|考案|실용|utility|petty patent|短期专利",
    "design": "外观|外觀|设计|設計|意匠|新式樣|디자인|design",
    "invention": (
        "发明|發明|発明|特許|발명|특허|invention|granted patent|patent application|^patent$|"
        "^application$|grant"
    ),
}

PATENT_TYPE_LABELS = {"invention": "发明申请", "utility_model": "实用新型", "design": "外观设计"}

# Words for the state of a record that are no event of it; tried before the events.
STATUS_ONLY = (
    "^(授权|公开|公布|公告|实质审查|审中|有效|申请|未确认|复审请求前|指定期内|指定期满|"
    "granted|active|pending|published|examination|substantive examination|"
    "publication|application)$|^pct.*(?:指定|有效期|期满|国家阶段)|"
    "^(?:尚?未|无|没有)(?:失效|终止|到期|届满|转让|转移|许可|质押|诉讼|异议|放弃|撤回)$|"
    "(?:^un|not (?:yet )?|anticipated |adjusted )expir|(?:no|without) opposition|unopposed|"
    r"\b(?:sin|sem|sans|senza|без) (?:op?posi|возраж)|^может |"
    "^(?:no|não|non|ne|не) (?:caduc|decad|d[eé]ch|expir|scad|retir|abandon|extint|прекра|аннул)"
)

# Why a right is dead stands behind the word that it is: 失效-驳回.
_OF_A_DECISION = r"(?!\W*(?:全部|部分|被)*(?:撤销|撤銷|无效|無效|驳回|核駁))"
LEGAL_EVENTS: dict[str, str] = {
    "expiry": (
        "(?:届满|屆滿)(?!前)|到期|(?:期限|有效期|保护期)终止|(?<!指定)(?:期满|期滿)(?!未)|"
        "(?:过期|過期)(?!.*[费費])|満了|만료|"
        "expir(?!.*(?:fee|payment|pay |paiement|pago|pagamento))|"
        "scadut|scadenza|vencid|fim da vigência|fin de (?:la )?vigencia|"
        "ист[её]к.*срок|срок.*ист[её]к|истечени.*срок"
    ),
    "lapse": (
        f"未缴|未繳|未交|未付|未续费|未按时缴|停缴|欠缴|欠费|未納|失效{_OF_A_DECISION}|放弃|放棄|"
        "(?:^|[权權]利?|[权權]的|申[请請]|全部|提前|[满滿]前|[费費]用?)[终終]止|"
        "消灭|消滅|丧失|喪失|归国库|避免重复授权|视撤|取下|取り下げ|抹消|不納|"
        "(?:^|-|已)撤回(?:-|$|失效|申请|专利)|"
        "(?:视为|視為|主动|主動|申[请請]的?|公开|公布后的?)撤回|"
        "소멸|포기|취하|불납|미납|erloschen|zurückgenommen|verzicht|"
        "lapse|abandon|ceased|cessation|non-?payment|fee related|failure to pay|withdrawn|"
        "surrender|not in force|"
        "d[eé]chu|d[eé]ch[eé]ance|caduc|decadut|decadenza|retir(?:é|ad[oa])|ritirat|abbandon|"
        "rinuncia|renunci|renúncia|renonciation|desist|extint|extinção|extinci[oó]n|arquivad|"
        "(?:non|no|não|plus|hors de) (?:(?:en|in|em) )?vig(?:ueur|or|ent)|"
        "non-paiement|défaut de paiement|falta de pag|impago|mancato pagamento|"
        "прекратил|прекращ|не действует|отозван|неуплат"
    ),
    "opposition": "异议|異議|이의|einspruch|opposition|opposed|oposi[cç]|opposizione|возражени",
    "invalidation": (
        f"无效{_OF_A_DECISION}|無效|無効|撤销|撤銷|取消|무효|취소|widerruf|nichtig|"
        "invalid|revo(?:ked|cation)|nullit|"
        "nulidad|annul|anulad|anulaci|revoca[dt]|revogad|révoqu|недействительн|аннулир"
    ),
    "assignment": (
        "转移|转让|轉讓|移轉|讓與|[权權]利?人[变變]更|申请人变更|继承|繼承|"
        "移転|譲渡|承継|権者変更|권리이전|전부이전|일부이전|양도|umschreib|übertrag|"
        "assign|transfer|ownership|change of owner|"
        r"\bcession|\bcesi[oó]n|\bcessão|transmisi[oó]n|transmissão|trasferi|traspaso|"
        "уступк|отчужден|переход.*прав|смен[аы] (?:патент|право)обладател"
    ),
    "litigation": (
        "诉讼|訴訟|起诉|侵权|소송|litig|lawsuit|infringement|contenzios|contentieux|contrefaçon|судебн"
    ),
    "licence": "许可|許可|許諾|専用実施|专属授权|專屬授權|実施権|실시권|licen[csçz]|лицензи",
    "pledge": (
        "质押|质权|出质|質押|質權|設質|質権|質権|抵押|질권|"
        r"pledge|mortgage|\blien\b|security interest|nantissement|prenda|penhor|\bpegno|залог"
    ),
    "fee_payment": (
        "缴费|缴纳|年费|年費|年金|연차료|연차등록|fee[ _]payment|annuit|maintenance fee|"
        "anualidad|anuidade|annualità|уплат.*пошлин|пошлин.*уплач"
    ),
    "other": (
        "其他|其它|other|复审|口头审理|口审|保全|查封|冻结|가압류|海关|一案双申|恢复|解密|"
        "驳回|核駁|却下|각하|拒絶|거절|撤回|zurückgewiesen|"
        "re-?examination|preservation|customs|restor|reinstat|refus|reject|"
        "rejet|rechaz|deneg|indeferid|respint|rigett|отказ|восстанов|возобнов"
    ),
}

LEGAL_EVENT_LABELS = {
    "opposition": "异议",
    "assignment": "权利转移",
    "litigation": "诉讼",
    "licence": "许可",
    "pledge": "质押",
    "invalidation": "无效程序",
    "fee_payment": "缴纳年费",
    "lapse": "未缴年费",
    "expiry": "期限届满",
    "other": "其他",
}

# Applicant sectors. PatSnap's 院校/研究所 does not tell universities from institutes: academic.
SECTORS: dict[str, str] = {
    "academic": "院校/研究所|^academic$",
    "university": "大学|高校|院校|学校|university|college|school",
    "institute": "研究|科研|institute|research",
    "government": "政府|机关|government",
    "individual": "个人|individual|person",
    "enterprise": "企业|公司|enterprise|company|corporat|business|银行|bank",
    "other": "其他|医院|团体|other|hospital",
}

SECTOR_LABELS = {
    "enterprise": "企业",
    "university": "大专院校",
    "institute": "科研单位",
    "academic": "院校/研究所",
    "government": "机关团体",
    "individual": "个人",
    "other": "其他",
}

# Names of offices and countries as exports print them; two-letter codes stand for themselves.
COUNTRIES: dict[str, tuple[str, ...]] = {
    "CN": ("中国", "中国大陆", "China", "China Mainland", "중국"),
    "HK": ("中国香港", "香港", "Hong Kong"),
    "MO": ("中国澳门", "澳门", "Macao"),
    "TW": ("中国台湾", "台湾", "Taiwan", "대만", "臺灣", "台灣"),
    "US": ("美国", "United States", "United States of America", "USA", "미국", "米国", "アメリカ"),
    "JP": ("日本", "Japan", "일본"),
    "KR": ("韩国", "South Korea", "Korea", "Republic of Korea", "한국", "대한민국", "韓国", "韓國"),
    "DE": ("德国", "Germany", "독일", "ドイツ", "Deutschland"),
    "FR": ("法国", "France", "프랑스", "フランス"),
    "GB": ("英国", "United Kingdom", "UK", "Great Britain", "영국", "イギリス"),
    "EP": ("欧洲专利局", "欧洲专利局(EPO)", "EPO", "European Patent Office", "유럽", "欧州"),
    "WO": ("世界知识产权组织", "世界知识产权组织(WIPO)", "WIPO", "국제", "国際"),
    "NL": ("荷兰", "Netherlands"),
    "CH": ("瑞士", "Switzerland"),
    "SE": ("瑞典", "Sweden"),
    "FI": ("芬兰", "Finland"),
    "IT": ("意大利", "Italy"),
    "ES": ("西班牙", "Spain"),
    "AT": ("奥地利", "Austria"),
    "BE": ("比利时", "Belgium"),
    "DK": ("丹麦", "Denmark"),
    "NO": ("挪威", "Norway"),
    "CA": ("加拿大", "Canada"),
    "AU": ("澳大利亚", "Australia"),
    "IL": ("以色列", "Israel"),
    "IN": ("印度", "India"),
    "RU": ("俄罗斯", "俄罗斯联邦", "Russia", "Russian Federation"),
    "BR": ("巴西", "Brazil"),
    "SG": ("新加坡", "Singapore"),
    "MX": ("墨西哥", "Mexico"),
}

# Codes of countries and offices (WIPO standard ST.3), by which a code behind a name is told.
COUNTRY_CODES = (
    "AD", "AE", "AG", "AI", "AL", "AM", "AN", "AO", "AP", "AR", "AT", "AU", "AW", "AZ", "BA", "BB",
    "BD", "BE", "BG", "BH", "BM", "BN", "BO", "BR", "BS", "BW", "BY", "BZ", "CA", "CH", "CI", "CK",
    "CL", "CM", "CN", "CO", "CR", "CS", "CU", "CW", "CY", "CZ", "DD", "DE", "DK", "DM", "DO", "DZ",
    "EA", "EC", "EE", "EG", "EP", "ES", "ET", "FI", "FR", "GB", "GC", "GD", "GE", "GG", "GH", "GI",
    "GM", "GR", "GT", "HK", "HN", "HR", "HU", "ID", "IE", "IL", "IM", "IN", "IR", "IS", "IT", "JE",
    "JM", "JO", "JP", "KE", "KG", "KH", "KN", "KP", "KR", "KW", "KY", "KZ", "LB", "LC", "LI", "LK",
    "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MG", "MK", "MN", "MO", "MT", "MU", "MW", "MX",
    "MY", "NA", "NG", "NI", "NL", "NO", "NZ", "OA", "OM", "PA", "PE", "PG", "PH", "PK", "PL", "PR",
    "PT", "PY", "QA", "RO", "RS", "RU", "SA", "SC", "SE", "SG", "SI", "SK", "SL", "SM", "SN", "SU",
    "SV", "SY", "TC", "TH", "TJ", "TM", "TN", "TR", "TT", "TW", "TZ", "UA", "UG", "US", "UY", "UZ",
    "VC", "VE", "VG", "VN", "WO", "WS", "YU", "ZA", "ZM", "ZW",
)  # fmt: skip

USPTO_SECTORS = {"4": "individual", "5": "individual", **dict.fromkeys("6789", "government")}
# Companies, types 2 and 3, say nothing: they are given to universities too.
