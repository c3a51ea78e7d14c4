"""Clean tables for planting faults: real sets after their declared cleaning, columns by kind.

Kinds are written down here by hand, from the data sets' own description; nothing of them comes
from the product's inference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from jixiao.contracts import CleanSettings, Contract, Table
from jixiao.data import Overrides, RawTable, check, clean, infer, read_table


@dataclass(frozen=True)
class Base:
    """A clean table, the contract made from it, and what its columns hold."""

    name: str
    raw: RawTable
    contract: Contract
    plan: dict[str, list[str]]


_SATISFACTION = "EmpJobSatisfaction EmpRelationshipSatisfaction EmpEnvironmentSatisfaction"
_SUB = "work_life_balance culture_values career_opp comp_benefits senior_mgmt"
_PLANS: dict[str, dict[str, str]] = {
    "hr_inx_performance/inx_employee_performance.csv": {
        "number": "Age DistanceFromHome EmpHourlyRate EmpLastSalaryHikePercent "
        "TotalWorkExperienceInYears",
        "bounded": "Age EmpHourlyRate EmpLastSalaryHikePercent",
        "category": "EmpDepartment EmpJobRole EducationBackground BusinessTravelFrequency",
        "category2": "EmpDepartment EducationBackground EmpJobRole",
        "worded": "EmpDepartment EmpJobRole EducationBackground",
        "id": "EmpNumber", "unique": "EmpNumber", "label": "EmpNumber",
        "apart": "EmpHourlyRate EmpLastSalaryHikePercent Age",
        "count": "NumCompaniesWorked TrainingTimesLastYear", "age": "Age",
        "target": "PerformanceRating", "levels": "PerformanceRating", "keyed": "EmpNumber",
        "rating": _SATISFACTION, "wide": "EmpNumber", "full": "EmpHourlyRate EmpJobRole",
        "varied": "EmpHourlyRate DistanceFromHome", "share": "EmpLastSalaryHikePercent",
    },
    "hr_dataset_v14/HRDataset_v14.csv": {
        "number": "Salary EngagementSurvey Absences SpecialProjectsCount",
        "bounded": "Salary Absences", "category": "Department State RecruitmentSource",
        "category2": "Department State RecruitmentSource EmploymentStatus",
        "worded": "Department RecruitmentSource", "id": "EmpID", "unique": "EmpID",
        "day": "DateofHire LastPerformanceReview_Date", "start": "DateofHire",
        "end": "DateofTermination", "count": "Absences SpecialProjectsCount", "age": "Age",
        "apart": "Salary Absences", "target": "PerformanceScore", "levels": "PerformanceScore",
        "rating": "EmpSatisfaction", "wide": "EmpID", "full": "Salary State",
        "varied": "Salary EngagementSurvey Absences", "label": "Employee_Name",
    },
    "hr_glassdoor_uk/glassdoor_reviews.csv.gz": {
        "category": "current outlook recommend", "category2": "firm current",
        "worded": "current firm", "text": "pros cons headline", "day": "date_review",
        "target": "overall_rating", "levels": "overall_rating", "keyed": "pros",
        "rating": _SUB, "number": _SUB, "wide": "pros", "full": "pros cons firm", "label": "firm",
    },
    "kpi_garment_productivity/garments_worker_productivity.csv": {
        "number": "smv over_time no_of_workers targeted_productivity",
        "bounded": "smv over_time no_of_workers", "category": "quarter day department",
        "category2": "quarter day", "worded": "day quarter", "day": "year",
        "apart": "smv over_time targeted_productivity",
        "share": "targeted_productivity", "target": "actual_productivity",
        "count": "no_of_workers over_time", "wide": "year", "full": "smv no_of_workers",
        "varied": "smv no_of_workers over_time", "label": "department",
    },
    "csat_en_alexa_reviews/amazon_alexa.tsv": {
        "category": "variation", "worded": "variation", "text": "verified_reviews", "day": "date",
        "target": "rating", "levels": "rating", "keyed": "verified_reviews", "rating": "rating",
    },
    "csat_en_womens_clothing_1k/womens_clothing_reviews_first1000.csv": {
        "number": "Age", "bounded": "Age", "category": "Class Name", "age": "Age",
        "category2": "Class Name,Department Name", "worded": "Class Name,Department Name",
        "text": "Review Text,Title", "target": "Rating", "levels": "Rating", "rating": "Rating",
        "keyed": "Review Text", "full": "Review Text", "varied": "Age", "label": "Class Name",
    },
    "csat_zh_hotel/ChnSentiCorp_htl_all.csv.gz": {
        "chinese": "review", "text": "review", "target": "label", "levels": "label",
        "keyed": "review",
    },
    "csat_zh_shopping_10_cats/online_shopping_10_cats.csv.gz": {
        "chinese": "review", "text": "review", "category": "cat", "target": "label",
        "levels": "label", "keyed": "review", "full": "review",
    },
    "rating_zh_douban/reviews.csv": {
        "chinese": "text", "text": "text", "day": "date", "iso": "date", "target": "stars",
        "levels": "stars", "rating": "stars", "id": "movie_id",
    },
    "market_superstore/superstore_2019_2021.csv.gz": {
        "number": "Sales Quantity Profit", "bounded": "Quantity",
        "category": "Region,Segment,Ship Mode,Sub-Category",
        "category2": "Region,Segment,Ship Mode,Sub-Category", "worded": "Segment,Region",
        "day": "Order Date,Ship Date", "start": "Order Date", "end": "Ship Date",
        "count": "Quantity", "wide": "Row ID", "full": "Segment,Sales", "target": "Category",
        "levels": "Category", "varied": "Quantity,Sales", "label": "Customer Name",
    },
    "risk_credit_default/credit_default_24000.csv.gz": {
        "number": "LIMIT_BAL AGE", "bounded": "LIMIT_BAL AGE", "unique": "ID", "age": "AGE",
        "apart": "LIMIT_BAL AGE", "target": "default.payment.next.month",
        "levels": "default.payment.next.month", "full": "LIMIT_BAL PAY_0",
        "varied": "LIMIT_BAL AGE",
    },
}  # fmt: skip


def bases(data: Path) -> Iterator[Base]:
    """Yield each clean table with the contract that was made from it."""
    for path, plan in _PLANS.items():
        name = path.split("/")[0]
        table = Table(name=name, source=str(data / path))
        raw = read_table(table, data)
        contract = infer([raw], [table], Overrides()).contract
        cleaned, _ = clean(raw.frame, contract, CleanSettings())
        used = check(raw, cleaned, contract).frame["_row"]
        tidy = RawTable(name, f"{name}.csv", _tidy(cleaned[used.to_list()]))
        again = infer([tidy], [table], Overrides()).contract
        yield Base(name, tidy, again, {kind: _names(text) for kind, text in plan.items()})


def _names(text: str) -> list[str]:
    return text.split(",") if "," in text or " " not in text or text in _BLANKED else text.split()


_BLANKED = {
    "Class Name", "Review Text", "Row ID", "Order Date", "Ship Date", "Customer Name",
}  # fmt: skip


def _tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame without what is wrong in the real sets and cleaning only tells."""
    bad = pl.any_horizontal(
        pl.col(name).str.contains_any(["#NAME?", "\ufffd", "â€", "Ã¢", "ï¿½"])
        for name in frame.columns
    )
    return frame.filter(~bad.fill_null(False))
