"""The gate: checks texts against facts, apart from whoever wrote them.

``verify_text`` checks any text against a set of facts, ``check_claim`` one sentence against what
it cites, ``flag_wording`` words about people. It imports no writer and renders nothing.
"""

from jixiao.gate.facts import ExtraWords, FactSet, Form, Label, Subject
from jixiao.gate.findings import Finding, Sentence, Verification
from jixiao.gate.read import parse_facts, read_facts
from jixiao.gate.stance import Stance, stance_of
from jixiao.gate.verify import check_claim, verify_text
from jixiao.gate.wording import REFUSED, Flag, flag_wording

__all__ = [
    "REFUSED",
    "ExtraWords",
    "FactSet",
    "Finding",
    "Flag",
    "Form",
    "Label",
    "Sentence",
    "Stance",
    "Subject",
    "Verification",
    "check_claim",
    "flag_wording",
    "parse_facts",
    "read_facts",
    "stance_of",
    "verify_text",
]
