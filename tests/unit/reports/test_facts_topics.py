from __future__ import annotations

from jixiao.contracts import PrivacySettings
from jixiao.reports import make_reports


def whole(evidence):
    (report,) = make_reports(evidence, levels=["customer"], languages=["en"])
    return report


def test_topics_are_told_with_their_share_and_the_mood_of_those_who_mention_them(shop):
    one = shop()
    for place in range(60):
        about = "battery" if place < 30 else "screen"
        good = place >= 27
        text = f"The {about} is {'good' if good else 'poor and slow'}, says number {place}"
        one.answer("5" if good else "1", text=text, topics={about: about})
    facts = {fact.id: fact for fact in whole(one.evidence()).facts}
    assert facts["topics.n"].value == 60
    assert (facts["topic1"].measure, facts["topic1"].value) == ("battery", 30)
    assert facts["topic1.share"].value == 50
    assert facts["topic1.satisfied"].value == 10
    assert facts["topic1.rest"].value == 100
    assert facts["topic1.gap"].value == -90
    assert facts["topic1.tone"].value == "complaint"
    assert facts["topic2.tone"].value == "praise"


def moody(shop, people=60):
    one = shop()
    for place in range(people):
        about, good = ("battery", place % 5 == 0) if place % 2 else ("screen", place % 5 != 0)
        mood = "works great" if good else "was late and poor"
        text = f"The {about} of this thing {mood}, says number {place}. Nothing else to add here."
        one.answer("5" if good else "1", text=text, topics={about: about})
    return one


def test_a_quotation_is_an_exact_piece_that_mentions_its_topic_and_shares_its_mood(shop):
    one = moody(shop)
    report = whole(one.evidence())
    facts = {fact.id: fact for fact in report.facts}
    assert {comment.id for comment in report.comments} == {"topic1.quote", "topic2.quote"}
    for comment in report.comments:
        topic = facts[comment.id.removesuffix(".quote")]
        answer = one.answers[comment.row]
        assert comment.text in answer["text"]
        assert topic.measure in comment.text
        assert (facts[f"{topic.id}.tone"].value == "praise") == (answer["rating"] == "5")


def test_comments_of_few_respondents_are_never_quoted(shop):
    report = whole(moody(shop).evidence(privacy=PrivacySettings(min_comments=80)))
    assert report.comments == ()
    facts = {fact.id: fact.value for fact in report.facts}
    assert facts["topics.unquoted"] == 80
    texts = " ".join(c.text for s in report.sections for c in s.claims)
    assert "80 respondents" in texts


def test_a_topic_is_left_out_where_those_without_it_would_be_few(shop):
    one = shop()
    for place in range(20):
        one.answer(
            "5", text=f"The lamp number {place}", topics={"lamp": "lamp"} if place < 17 else {}
        )
    assert not any(fact.id.startswith("topic1") for fact in whole(one.evidence()).facts)


def test_a_topic_of_a_hidden_product_cannot_be_worked_out_from_the_shown_ones(shop):
    one = shop()
    for place in range(60):
        product = "Lamp" if place < 30 else "Chair"
        mentions = place < 20 or place in (31, 32)
        one.answer(
            "5", product=product, text=f"x {place}", topics={"lid": "lid"} if mentions else {}
        )
    made = {r.subject: r for r in make_reports(one.evidence(), languages=["en"])}
    total = next(f.value for f in made["customers"].facts if f.id == "topic1")
    shown = [f.value for name in ("Lamp", "Chair") for f in made[name].facts if f.id == "topic1"]
    assert total - sum(shown) == 0 or total - sum(shown) >= 5
