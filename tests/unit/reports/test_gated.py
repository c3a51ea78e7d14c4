from __future__ import annotations

import json

import pytest
from tests.unit.reports.writing import Model, answer, base_of, sentence, sentences, written

from jixiao.data import Masker, Pseudonyms
from jixiao.reports import pair_of
from jixiao.reports.prompting import required_claims

GOOD = sentence(1, "For {{period:rating}} the rating is “{{fact:rating}}”.", facts=["rating"])
ALSO = sentence(
    2,
    "{{name:kpi2}} came to {{fact:kpi2}}.",
    section="indicators",
    facts=["kpi2"],
)
THIRD = sentence(
    3, "The review says: “{{quote:strength1}}”.", section="strengths", comments=["strength1"]
)


def test_numbers_periods_names_and_quotations_are_filled_by_code(lin):
    report = written(Model([answer(GOOD, ALSO, THIRD)]), base_of(lin.evidence()))
    assert "For Q4 2025 the rating is “良好”." in sentences(report, "summary")
    assert "Sales came to ¥140,000." in sentences(report, "indicators")
    assert "The review says: “按时交付了全部版本”." in sentences(report, "strengths")
    assert report.gate is not None
    assert (report.gate.claims, report.gate.verified, report.gate.repaired) == (3, 3, 0)
    assert report.provenance["writer"] == "llm"
    assert report.provenance["writer_model"] == "fake"


def test_figures_charts_and_facts_stay_those_of_the_outline_writer(lin):
    base = base_of(lin.evidence())
    report = written(Model([answer(GOOD)]), base)
    assert report.facts == base.facts
    assert report.highlights == base.highlights
    charts = [section.charts for section in base.sections if section.charts]
    assert [section.charts for section in report.sections if section.charts] == charts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("The rating is 4.", "NUMBER 4. typed"),
        ("The rating is {{fact:made.up}}.", "PLACEHOLDER {{fact:made.up}}"),
        ("The rating is {{fact:rating}.", "PLACEHOLDER broken"),
        ("The rating is {fact:rating}}.", "PLACEHOLDER broken"),
        ("[[P7]] has “{{fact:rating}}”.", "PLACEHOLDER [[P7]]"),
        ("[P1]] has “{{fact:rating}}”.", "PLACEHOLDER broken"),
        ("[[p1]] has “{{fact:rating}}”.", "PLACEHOLDER broken"),
        ("See https: //evil for {{fact:rating}}.", "FORMAT markup or an address"),
        ("<b>{{fact:rating}}</b> it is.", "FORMAT markup or an address"),
        ("评级是{{fact:rating}}。", "FORMAT another language"),
        ("Fine \u202e {{fact:rating}}.", "FORMAT control characters"),
        ("", "FORMAT length 0"),
        ("Rated " + "very " * 200 + "{{fact:rating}}.", "FORMAT length 1022"),
        ("Its figure was {{fact:kpi2}}.", "CONTEXT kpi2 is not named"),
        ("{{name:kpi2}} stands at least at {{fact:kpi2}}.", "WORD at least"),
        ("{{name:kpi1}} came to {{fact:kpi2}}.", "CONTEXT kpi2 is not named"),
        ("{{name:kpi2}} and {{name:kpi2}} came to {{fact:kpi2}}.", "CONTEXT kpi2 is named twice"),
        ("{{name:kpi2.change}} missed its target.", "PLACEHOLDER {{name:kpi2.change}}"),
        ("The team stands behind this.", "CONTEXT no figure or quotation carries it"),
        (
            "The rating is “{{fact:rating}}”, as other colleagues had seen.",
            "CONTEXT no figure or quotation carries it",
        ),
        ("Nearly at “{{fact:rating}}” stands the rating.", "WORD nearly"),
        ("The rating is not “{{fact:rating}}”.", "WORD denies more"),
    ],
)
def test_a_sentence_that_breaks_a_rule_is_removed_and_listed_with_the_reason(lin, text, reason):
    bad = sentence(9, text, facts=["rating"])
    report = written(Model([answer(GOOD, ALSO, bad), "nothing"]), base_of(lin.evidence()))
    assert report.gate is not None
    (removed,) = report.gate.removed
    assert reason in removed.reasons
    assert removed.text not in sentences(report)
    assert report.gate.claims == 3


def test_a_sentence_that_cites_nothing_or_everything_is_removed(lin):
    base = base_of(lin.evidence())
    everything = [fact.id for fact in base.facts]
    model = Model(
        [
            answer(
                GOOD,
                ALSO,
                sentence(7, "The evidence is clear."),
                sentence(8, "This is clear.", facts=everything),
                sentence(9, "This is clear.", facts=["nobody"]),
                sentence(10, "This is clear.", section="appendix", facts=["rating"]),
                sentence(11, GOOD["text"], facts=["rating"]),
            ),
            "{}",
        ]
    )
    report = written(model, base)
    # more than half failed: the outline writer's report, with the list
    assert report.gate is not None
    assert report.gate.fell_back
    assert base.gate is not None
    own = report.gate.removed[len(base.gate.removed) :]
    reasons = [reason for removed in own for reason in removed.reasons]
    assert reasons == [
        "CONTEXT nothing cited",
        "CONTEXT facts of different groups",
        "CONTEXT no figure or quotation carries it",
        "CONTEXT unknown id nobody",
        "CONTEXT nothing cited",
        "CONTEXT unknown section",
        "CONTEXT no figure or quotation carries it",
        "CONTEXT said before",
    ]
    assert sentences(report) == sentences(base)


def test_the_gate_has_the_last_word_and_a_repaired_sentence_counts_as_repaired(lin):
    def check(claim):
        return ("WORD rose",) if "rose" in claim.text else ()

    bad = sentence(3, "{{name:kpi2}} rose to {{fact:kpi2}}.", section="indicators", facts=["kpi2"])
    mended = sentence(3, "{{name:kpi2}} reached {{fact:kpi2}}.", section="indicators")
    model = Model([answer(GOOD, bad), answer(mended)])
    report = written(model, base_of(lin.evidence()), check)
    assert "Sales reached ¥140,000." in sentences(report, "indicators")
    assert report.gate is not None
    assert (report.gate.claims, report.gate.verified, report.gate.repaired) == (2, 1, 1)
    told = model.told[1][-1].content
    assert '"problems": ["WORD rose"]' in told
    assert "{{name:kpi2}} rose" in told


def test_a_repair_is_asked_for_once_and_may_not_bring_new_sentences(lin):
    bad = sentence(3, "The rating is 4.", facts=["rating"])
    extra = sentence(77, "The rating is “{{fact:rating}}”.", facts=["rating"])
    model = Model([answer(GOOD, ALSO, bad), answer(bad, extra)])
    report = written(model, base_of(lin.evidence()))
    assert len(model.told) == 2
    assert report.gate is not None
    assert [removed.text for removed in report.gate.removed] == ["The rating is 4."]
    assert "The rating is “良好”." not in sentences(report)


@pytest.mark.parametrize(
    "noise",
    [
        "",
        "I am sorry, I cannot do that.",
        '{"sentences": [{"n": 1, "section": "summary", "text": "Cut o',
        '{"sentences": "none"}',
        '{"sentences": []}',
        "[" * 5000,
        '{"a":' * 5000,
        json.dumps({"sentences": [sentence(n, "x") for n in range(200)]}),
    ],
)
def test_an_answer_that_cannot_be_read_twice_gives_the_outline_report_and_says_so(lin, noise):
    base = base_of(lin.evidence())
    model = Model([noise])
    report = written(model, base)
    assert len(model.told) == 2
    assert report.gate is not None
    assert report.gate.fell_back
    assert sentences(report) == sentences(base)
    assert report.provenance["writer"] == "outline"
    assert report.provenance["writer_model"] == "fake"


def test_an_unreadable_answer_may_be_mended_by_one_more(lin):
    fenced = '<think>let me see {"x": 1}</think>\n```json\n' + answer(GOOD, ALSO) + "\n```"
    report = written(Model(["oops", fenced]), base_of(lin.evidence()))
    assert report.gate is not None
    assert (report.gate.verified, report.gate.repaired, report.gate.fell_back) == (0, 2, False)


def test_required_facts_that_were_left_out_are_added_from_the_outline(lin):
    base = base_of(lin.evidence())
    report = written(Model([answer(ALSO)]), base)
    assert report.gate is not None
    assert report.gate.added > 0
    needed = required_claims(base)
    assert {claim.text for _, claim, _ in needed} <= set(sentences(report))
    hidden = next(claim for _, claim, ids in needed if "team.hidden" in ids)
    told = sentence(5, "The team mean is not shown.", section="rating", facts=list(hidden.facts))
    again = written(Model([answer(ALSO, told)]), base)
    assert again.gate is not None
    assert again.gate.added < report.gate.added


def test_a_report_with_too_little_data_is_never_given_to_a_model(company):
    one = company()
    one.rate("E1", "2025Q4", "良好")
    base = base_of(one.evidence())
    assert base.too_little_data
    model = Model([answer(GOOD)])
    assert written(model, base) == base
    assert model.told == []


def test_names_are_hidden_on_the_way_out_and_put_back_in_the_sentence(lin):
    names = Pseudonyms(Masker.of(["Ann Lee"]), {"E1": "P"})
    text = "For [[P1]] the rating of {{period:rating}} is “{{fact:rating}}”."
    model = Model([answer(sentence(1, text, facts=["rating"]))])
    report = written(model, base_of(lin.evidence()), names=names)
    assert "For E1 the rating of Q4 2025 is “良好”." in sentences(report)
    sent = json.dumps([m.content for told in model.told for m in told], ensure_ascii=False)
    assert "[[P1]]" in sent
    assert '"E1' not in sent


def test_what_a_gate_says_about_a_name_reaches_the_model_as_a_token(lin):
    names = Pseudonyms(Masker.of(["Ann Lee"]), {"E1": "P"})
    model = Model([answer(GOOD, ALSO)])
    written(model, base_of(lin.evidence()), lambda claim: ("NAME Ann Lee",), names)
    assert "Ann Lee" not in model.told[1][-1].content


def test_nothing_that_is_filled_in_is_read_as_a_placeholder_again(company):
    one = company()
    for quarter in range(1, 5):
        one.rate("E1", f"2025Q{quarter}", "良好")
        one.point("E1", f"2025Q{quarter}", "{{fact:rating}}", 5.0 + quarter, 7.0)
    base = base_of(one.evidence())
    stem = next(f.id for f in base.facts if f.measure == "{{fact:rating}}" and "." not in f.id)
    text = f"{{{{name:{stem}}}}} came to {{{{fact:{stem}}}}}."
    report = written(Model([answer(sentence(1, text, section="indicators"))]), base)
    assert "{{fact:rating}} came to 9." in sentences(report)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_outline_sentence_survives_as_a_models_sentence(lin, language):
    base = base_of(lin.evidence(), language)
    pair = pair_of(base, Pseudonyms(None, {"E1": "P"}))
    assert pair.dropped == 0
    report = written(Model([pair.answer]), base)
    assert report.gate is not None
    assert report.gate.removed == ()
    assert sentences(report) == sentences(base)
    assert report.gate.verified == report.gate.claims == len(sentences(base))


def test_rows_formulas_and_files_never_stand_in_a_prompt(lin):
    base = base_of(lin.evidence())
    model = Model([answer(GOOD)])
    written(model, base)
    sent = "".join(message.content for message in model.told[0][1:])
    formulas = {fact.formula for fact in base.facts if len(fact.formula) > 12}
    assert formulas
    assert not [formula for formula in formulas if formula in sent]
    assert '"rows"' not in sent
