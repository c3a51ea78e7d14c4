"""What the records are about: people, products or customers, and by which columns they are told.

The settings decide (``report.about``, ``report.product``, ``report.segments``); what they leave
open is told from the contract: a column named after things, or after customers, says so, and
without a subject each record is one customer's answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from jixiao.contracts import Column, Contract, DataType, Level, ReportSettings, Role
from jixiao.core import ReportError, raise_all
from jixiao.reports.evidence import Evidence
from jixiao.reports.ledger import Reading

PEOPLE: tuple[Level, ...] = ("employee", "team", "organisation")
CUSTOMERS: tuple[Level, ...] = ("customer", "product")
MOST_VALUES = 60
"""Most values of a category that tells products or segments apart."""
_PRODUCT = re.compile(
    r"(?<![a-z])(?:product|item|movie|film|clothing|sku|store|shop|branch|asin|book|hotel|brand"
    r"|airline|restaurant|service|app|course|variation|variant|model)(?![a-z])"
    r"|商品|产品|门店|店铺|品牌|影片|电影|图书|酒店|餐厅|课程|型号|款式|品类"
)
_CUSTOMER = re.compile(
    r"(?<![a-z])(?:user|customer|client|buyer|guest|patient|member|visitor|reviewer|passenger)(?![a-z])"
    r"|用户|客户|顾客|会员|买家|访客|旅客|乘客"
)
_BREAKS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_")


@dataclass(frozen=True)
class About:
    """What the records of a run are about.

    Attributes:
        kind: people, products or customers.
        product: Column that names the product; None where none does.
        respondent: Column that names who answered; None where each record is one answer.
        segments: Columns by which answers are told apart.
    """

    kind: Literal["people", "products", "customers"]
    product: str | None
    respondent: str | None
    segments: tuple[str, ...]

    @property
    def levels(self) -> tuple[Level, ...]:
        """Levels that reports can be made on."""
        if self.kind == "people":
            return PEOPLE + (CUSTOMERS if self.product else ())
        return CUSTOMERS if self.product else CUSTOMERS[:1]

    @property
    def usual(self) -> tuple[Level, ...]:
        """Levels that are reported on where none is named."""
        return PEOPLE if self.kind == "people" else self.levels

    @property
    def reading(self) -> Reading:
        """How answers of customers are told apart: one for each respondent and product."""
        subject = (self.respondent, self.product) if self.respondent else ()
        groups = (self.product,) if self.product else ()
        named = tuple(name for name in subject if name)
        return Reading(named, groups, settles=False, rater=self.respondent)


def about_of(evidence: Evidence) -> About:
    """Return what the evidence is about.

    Raises:
        ReportError: If a setting names a column that is not there.
    """
    contract, settings = evidence.contract, evidence.report
    _check_columns(evidence)
    kind = kind_of(contract, settings)
    product = settings.product or (_product(evidence) if kind != "people" else None)
    rater, subject = contract.one(Role.RATER), contract.one(Role.SUBJECT)
    respondent = subject.name if subject and kind == "customers" else (rater and rater.name)
    segments = settings.segments or _segments(evidence, product)
    return About(kind, product, respondent or None, segments)


def kind_of(
    contract: Contract, settings: ReportSettings
) -> Literal["people", "products", "customers"]:
    """Return what records of a contract are about, as the settings say or as its columns tell."""
    return settings.about if settings.about != "auto" else _guessed(contract)


def check_levels(about: About, levels: tuple[Level, ...]) -> None:
    """Refuse levels on which the records say nothing.

    Raises:
        ReportError: If a level does not fit; every such level is named.
    """
    raise_all(
        [
            ReportError(
                "JX-E504",
                f"level {level}",
                expected=f"one of {', '.join(about.levels)}",
                got=f"records about {about.kind}"
                + ("" if about.product else ", none of which names a product"),
                hint="set report.about (people, products, customers) or report.product in"
                " jixiao.yaml",
            )
            for level in levels
            if level not in about.levels
        ]
    )


def _check_columns(evidence: Evidence) -> None:
    settings, known = evidence.report, evidence.frame.columns
    named = [("product", settings.product), ("reasons", settings.reasons)]
    named += [(f"segments.{at}", name) for at, name in enumerate(settings.segments)]
    raise_all(
        [
            ReportError(
                "JX-E505",
                f"report.{place}",
                expected="a column of the joined table",
                got=repr(name),
                hint=f"name one of: {', '.join(c for c in known if not c.startswith('_'))}",
            )
            for place, name in named
            if name is not None and name not in known
        ]
    )


def _plain(name: str) -> str:
    return _BREAKS.sub(" ", name).lower()


def _guessed(contract: Contract) -> Literal["people", "products", "customers"]:
    subject = contract.one(Role.SUBJECT)
    if subject is not None:
        name = _plain(subject.name)
        if _CUSTOMER.search(name):
            return "customers"
        return "products" if _PRODUCT.search(name) else "people"
    asks_people = contract.one(Role.RATER) or contract.one(Role.PERIOD)
    return "customers" if contract.one(Role.TEXT) and not asks_people else "people"


def _product(evidence: Evidence) -> str | None:
    """Return the subject, a column named after products, or the only one that could be."""
    contract, subject = evidence.contract, evidence.contract.one(Role.SUBJECT)
    if subject is not None and _PRODUCT.search(_plain(subject.name)):
        return subject.name
    few = [column for column in _categories(evidence) if column.name != evidence.report.reasons]
    named = [column for column in few if _PRODUCT.search(_plain(column.name))]
    finest = contract.by_role(Role.GROUP)[-1:]
    return next((c.name for c in (*named, *finest, *(few if len(few) == 1 else ()))), None)


def _categories(evidence: Evidence) -> list[Column]:
    """Return the columns of few values, each with several answers on average."""
    found = []
    for column in evidence.contract.by_role(Role.CATEGORY, Role.GROUP):
        if column.name in evidence.frame.columns and column.type is not DataType.NUMBER:
            values = evidence.frame[column.name].drop_nulls()
            if 2 <= values.n_unique() <= min(MOST_VALUES, values.len() / 5):
                found.append(column)
    return found


def _segments(evidence: Evidence, product: str | None) -> tuple[str, ...]:
    names = [column.name for column in _categories(evidence) if column.name != product]
    return tuple(names)
