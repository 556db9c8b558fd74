"""The headers of PatSnap exports: which column fills which field, in which cell syntax.

Headers are compared after NFKC, without spaces and in lower case, so full- and half-width
brackets, ``Cited by count`` and ``Cited By Count`` are the same. Where several columns of an
export fill one field, each row takes the first of them that is not missing.

Cell syntax, whatever the field:

* missing: an empty cell, ``-`` or ``--``;
* lists: ``a | b | c``; one ``-`` inside a list stands for one missing element, which matters only
  in the three applicant columns, whose elements belong together by position;
* dates: ``2019-03-01``, ``2019/3/1``, ``2019.03.01``, ``20190301``;
* booleans: 是 / 否, yes / no, true / false;
* legal events: ``权利转移(2019-03-01) | 质押``: the event's name, then its date in brackets where
  known; an event without a bracket takes its date from the date column of its kind, if the export
  has one (``EVENT_DATE_FIELDS``);
* citations: publication numbers, each optionally followed by its category: ``CN1234567A(X)``.

The first header of each field is the one to write.
"""

from __future__ import annotations

HEADERS: dict[str, tuple[str, ...]] = {
    "publication_number": (
        "公开(公告)号",
        "公开号",
        "公告号",
        "Publication Number",
        "Publication No.",
        "Patent Number",
    ),
    "application_number": ("申请号", "Application Number", "Application No."),
    # Two-letter code or the office's name; without it, the first two letters of the number.
    "authority": (
        "受理局",
        "公开国别",
        "Authority",
        "Patent Office",
        "Receiving Office",
        "Jurisdiction",
    ),
    # Without it, what stands behind the last digits of the number.
    "kind_code": ("文献种类代码", "文献种类", "Kind Code", "Kind"),
    "patent_type": ("专利类型", "Patent Type"),
    "title": (
        "标题",
        "标题(译)(简体中文)",
        "标题(翻译)",
        "标题(全英)",
        "专利名称",
        "发明名称",
        "Title",
        "Title (English)",
        "Title (Translated)",
    ),
    "abstract": (
        "摘要",
        "摘要(译)(简体中文)",
        "摘要(翻译)",
        "摘要(全英)",
        "Abstract",
        "Abstract (English)",
        "Abstract (Translated)",
    ),
    "publication_date": ("公开(公告)日", "公开日", "公告日", "Publication Date"),
    "application_date": ("申请日", "Application Date", "Filing Date"),
    "earliest_priority_date": ("最早优先权日", "Earliest Priority Date"),
    # A list; its earliest date is used where there is no column of the line above.
    "priority_dates": ("优先权日", "Priority Date", "Priority Dates"),
    "priority_numbers": ("优先权号", "Priority Number", "Priority Numbers"),
    # Applicants: the original owner's three columns, then the current owner's where those are
    # missing. Country: two-letter code or name. Sector: see vocabulary.SECTORS.
    "original_applicant": (
        "[标]原始申请(专利权)人",
        "原始申请(专利权)人",
        "申请(专利权)人",
        "申请人",
        "[Std] Original Assignee",
        "Original Assignee",
        "Assignee",
        "Applicant",
        "Applicants",
    ),
    "original_applicant_country": (
        "原始申请(专利权)人国家/地区",
        "申请(专利权)人国家/地区",
        "申请人国家/地区",
        "申请人国别代码",
        "Original Assignee Country",
        "Original Assignee Country/Region",
        "Applicant Country",
    ),
    "original_applicant_sector": (
        "[标]原始申请(专利权)人类型",
        "原始申请(专利权)人类型",
        "申请人类型",
        "Original Assignee Type",
        "Applicant Type",
    ),
    "original_applicant_address": (
        "原始申请(专利权)人地址",
        "申请人地址",
        "原始申请(专利权)人州/省",
        "Original Assignee Address",
    ),
    "current_applicant": (
        "[标]当前申请(专利权)人",
        "当前申请(专利权)人",
        "当前专利权人",
        "[Std] Current Assignee",
        "Current Assignee",
    ),
    "current_applicant_country": (
        "当前申请(专利权)人国家/地区",
        "Current Assignee Country",
        "Current Assignee Country/Region",
    ),
    "current_applicant_sector": (
        "[标]当前申请(专利权)人类型",
        "当前申请(专利权)人类型",
        "Current Assignee Type",
    ),
    "current_applicant_address": (
        "当前申请(专利权)人地址",
        "当前申请(专利权)人州/省",
        "Current Assignee Address",
    ),
    "inventors": ("发明人", "[标]发明人", "发明人(全英)", "Inventor", "Inventors"),
    # Without any such column, the first symbol of the IPC list.
    "main_ipc": (
        "IPC主分类号",
        "IPC主分类",
        "主分类号",
        "Main IPC",
        "IPC Main",
        "IPC - Main",
        "IPC(Main)",
        "Primary IPC",
    ),
    "ipc": (
        "IPC分类号",
        "IPC",
        "IPC Classification",
        "IPC Classifications",
        "All IPC",
        "分类号",
        "国际分类号",
    ),
    "cpc": ("CPC分类号", "CPC", "CPC Classification", "CPC Classifications", "All CPC"),
    "claim_count": (
        "权利要求数",
        "权利要求数量",
        "Claims Count",
        "Claim Count",
        "Number of Claims",
        "No. of Claims",
    ),
    "cited_by_count": (
        "被引用专利数量",
        "被引用次数",
        "被引证次数",
        "Cited By Count",
        "Cited By Patents Count",
        "Cited By Patent Count",
        "Count of Cited By Patents",
        "Forward Citations",
    ),
    "family_cited_by_count": (
        "简单同族被引用专利总数",
        "简单同族被引用专利数量",
        "Simple Family Cited By Count",
        "Simple Family Cited By Patents Count",
        "Family Cited By Count",
    ),
    "cites_count": (
        "引用专利数量",
        "引证次数",
        "Cites Count",
        "Cited Patents Count",
        "Count of Cited Patents",
        "Backward Citations",
    ),
    "npl_citation_count": (
        "非专利引用文献数量",
        "NPL Citation Count",
        "Non-Patent Citations Count",
        "Non-Patent Literature Count",
        "Cited Non-Patent Literature Count",
    ),
    "simple_family": ("简单同族", "Simple Family", "Simple Family Members"),
    "simple_family_size": (
        "简单同族专利申请数量",
        "简单同族成员数量",
        "简单同族个数",
        "Simple Family Size",
        "Simple Family Count",
        "Simple Family Members Count",
    ),
    # Boolean. Without it: WO, a PCT application number, a PCT number or a WO family member.
    "is_pct": ("是否PCT", "PCT申请", "Is PCT", "PCT"),
    "pct_number": ("PCT国际申请号", "PCT国际公布号", "PCT Application Number", "PCT Number"),
    # The list of events. Where the export has the combined column, its elements that are no
    # events (授权, 实质审查 ...) are the legal status, unless there is a column for that.
    "legal_events": ("法律事件", "Legal Events", "Legal Event"),
    "legal_status_and_events": ("法律状态/事件", "Legal Status/Event", "Legal Status/Events"),
    # Events of the offices in English: 2021-04-30 | TRANSFER OF PATENT RIGHT | CN | ...
    "inpadoc_events": ("INPADOC法律状态", "INPADOC Legal Status"),
    "legal_status": ("法律状态", "当前法律状态", "Legal Status", "Current Legal Status"),
    "expiry_date": ("失效日", "Expiry Date", "Expiration Date", "Lapse Date"),
    "assignment_dates": ("权利转移生效日", "转让执行日", "Assignment Date", "Transfer Date"),
    "licence_dates": ("许可生效日", "许可合同备案日期", "License Date", "Licence Date"),
    "pledge_dates": ("质押生效日", "质押登记日", "Pledge Date"),
    "litigation_dates": ("诉讼日期", "立案日", "Litigation Date"),
    "opposition_dates": ("异议日期", "Opposition Date"),
    "invalidation_dates": ("无效决定日", "Invalidation Date"),
    "cites": ("引用专利", "Cited Patents", "Cites Patents", "Backward Citation Numbers"),
    "cited_by": ("被引用专利", "Cited By Patents", "Citing Patents", "Forward Citation Numbers"),
    # Name of the export, for files that were merged before; without it, "patsnap".
    "source": ("数据来源", "Source"),
}

# Who took part in an event, and of what sort it is.
EVENT_PARTIES: dict[str, tuple[str, ...]] = {
    "assignment_parties": ("转让人", "受让人", "标准受让人", "Assignor"),
    "licence_parties": (
        *("许可类型", "被许可人", "当前被许可人", "许可人"),
        *("License Type", "Licence Type", "Licensee", "Licensor"),
    ),
    "pledge_parties": ("质押人", "出质人", "质权人", "当前质权人", "Pledgor", "Pledgee"),
    "litigation_parties": ("诉讼类型", "原告", "被告", "Plaintiff", "Defendant"),
}

# Columns of fields that the paper's tables have none for.
MORE_HEADERS: dict[str, tuple[str, ...]] = {
    # Of the priorities claimed; an empty cell says that none is.
    "priority_offices": (
        *("优先权国家/地区", "优先权国家"),
        *("Priority Country", "Priority Country/Region"),
    ),
    "family_offices": ("简单同族国家/地区", "Simple Family Country/Region"),
    "assignment_count": ("转让次数",),
    "licence_count": ("许可次数",),
    "litigation_count": ("诉讼案件数", "诉讼次数"),
    # Whoever is named, or a sort, tells that there was such an event.
    **EVENT_PARTIES,
}

REQUIRED = ("publication_number",)

# The date column of each kind of event. Its dates go to the events of the kind that carry none
# of their own; a kind that only the column names still gives its events. An undated lapse or
# expiry takes its date from ``expiry_date``, which makes no event by itself.
EVENT_DATE_FIELDS = {
    "assignment": "assignment_dates",
    "licence": "licence_dates",
    "pledge": "pledge_dates",
    "litigation": "litigation_dates",
    "opposition": "opposition_dates",
    "invalidation": "invalidation_dates",
}
