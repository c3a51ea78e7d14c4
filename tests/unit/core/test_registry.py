import pytest

from jixiao.core import ContractError, Registry


def registry() -> Registry[int]:
    made: Registry[int] = Registry("model")
    for number, name in enumerate(["linear.v1", "linear.v2", "linear.v10", "lstm.v1"]):
        made.register(name)(number)
    return made


def test_a_bare_word_means_the_newest_version():
    assert registry().full_name("linear") == "linear.v10"
    assert registry().get("linear.v1") == 0


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ContractError, match=r"linear\.v1, linear\.v10, linear\.v2, lstm\.v1"):
        registry().get("forest")


def test_a_name_needs_a_version_and_is_taken_once():
    made = registry()
    with pytest.raises(ValueError, match="registered twice"):
        made.register("lstm.v1")
    with pytest.raises(ValueError, match=r"word\.v1"):
        made.register("lstm")
