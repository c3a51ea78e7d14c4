from jixiao.gate import verify_text


def numbers(text, facts):
    return [
        one.text for one in verify_text(text, facts).spans if one.type == "NUMBER" and one.fails
    ]


def test_a_measure_told_in_two_pieces_is_the_longer_one(shops):
    assert numbers("North had 8 orders in the first half .", shops) == []
    assert numbers("North had 21 orders in the first half .", shops) == ["21"]


def test_a_pair_of_figures_speaks_of_the_part_behind_it(shops):
    assert numbers("South led North 10 - 8 , in the first half .", shops) == []
    assert numbers("South led North 16 - 21 right in the first half .", shops) == ["16", "21"]


def test_a_pair_keeps_its_own_measure_before_an_unlinked_one(shops):
    assert (
        numbers("North beat all , 21 - 16 , though slow , and the first half was bad .", shops)
        == []
    )


def test_a_part_named_earlier_holds_for_the_figures_behind_it(shops):
    assert numbers("In the first half North was slow , where it took 8 orders .", shops) == []


def test_a_form_may_have_alternatives_and_ordinals(shops):
    assert numbers("It was the 3rd victory of the year for North .", shops) == []
    assert numbers("North had its third win of the year .", shops) == []
    assert numbers("North had its fourth win of the year .", shops) == ["fourth"]


def test_a_phrase_behind_a_figure_takes_it_out_of_the_facts(shops):
    assert numbers("Ann Lee had 9 orders over the last two weeks .", shops) == ["9", "two weeks"]


def test_a_figure_from_a_name_behind_it_is_that_ones(shops):
    assert numbers("North , without Guy Poe , got 9 orders from Ann Lee .", shops) == []
    assert numbers("North had 21 orders compared to 16 for South .", shops) == []
