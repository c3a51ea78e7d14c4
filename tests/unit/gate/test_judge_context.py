from jixiao.gate import verify_text


def contexts(text, facts):
    return [one.text for one in verify_text(text, facts).spans if one.type == "CONTEXT"]


def test_a_person_told_among_another_groups_members_is_caught(shops):
    text = "Ann Lee had 9 orders for North . Guy Poe was next with 4 orders ."
    assert contexts(text, shops) == ["Guy Poe"]


def test_a_person_of_the_group_told_of_before_passes(shops):
    text = "Ann Lee had 9 orders for North . Bo J. Carr was next with 7 orders ."
    assert contexts(text, shops) == []


def test_a_new_group_may_begin_with_anybody(shops):
    text = "Ann Lee had 9 orders . South had 16 orders . Guy Poe was next with 4 orders ."
    assert contexts(text, shops) == []


def test_the_other_one_may_be_named_last(shops):
    text = "Ann Lee had 9 orders . The only other one was Guy Poe ."
    assert contexts(text, shops) == ["Guy Poe"]


def test_who_leads_the_group_of_a_pronoun_must_belong_to_it(shops):
    assert contexts("North had 21 orders . They were led by Guy Poe .", shops) == ["Guy Poe"]
    assert contexts("North had 21 orders . They were led by Ann Lee .", shops) == []
