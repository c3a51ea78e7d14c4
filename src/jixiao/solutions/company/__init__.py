"""The sample company: invented people, reviews, figures and faults whose truth is known."""

from jixiao.solutions.company.company import Company, make_company
from jixiao.solutions.company.files import write_company
from jixiao.solutions.company.truth import BadCell, Copy, ReviewTruth, Truth

__all__ = [
    "BadCell",
    "Company",
    "Copy",
    "ReviewTruth",
    "Truth",
    "make_company",
    "write_company",
]
