"""Passwords that are taken and refused, and codes for a lost second factor."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.core import Conflict
from jixiao.office.secrets import (
    Seal,
    code_hash,
    hash_password,
    new_codes,
    password_fits,
)


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password1234!",
        "P@ssw0rd2024!",
        "qwertyuiop12",
        "aaaaaaaaaaaa",
        "abcdefghijkl",
        "123456789012",
        "administrator",
        "jixiao-jixiao",
        "performance review",
        "wang.lei@example.org",
        "wanglei-wanglei",
        "short words",
        "x" * 201,
    ],
)
def test_a_password_that_is_guessed_soon_is_refused(password: str) -> None:
    with pytest.raises(Conflict, match="12 to 200 characters that are hard to guess"):
        hash_password(password, about=("wang.lei@example.org", "wanglei"))


LONG = "7Qz!vR2m-Lp9xK4w" * 8


@pytest.mark.parametrize(
    "password",
    ["four words in a row", "绩效管理系统二零二六年春天", LONG, "  spaces at both ends  "],
)
def test_a_password_of_any_characters_is_taken_and_kept_whole(password: str) -> None:
    kept = hash_password(password)
    assert kept.startswith("$argon2id$")
    assert password_fits(kept, password)
    assert not password_fits(kept, password.strip() + ".")
    assert not password_fits(kept, password[:-1])


def test_codes_for_a_lost_factor_have_enough_random_bits_and_never_repeat() -> None:
    codes = new_codes() + new_codes()
    assert len(set(codes)) == 20
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", one) for one in codes)  # 120 bits


def test_a_code_is_known_however_it_is_typed() -> None:
    code = new_codes()[0]
    typed = (code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} ")
    assert {code_hash(one) for one in typed} == {code_hash(code)}


@given(st.text(max_size=60))
def test_what_is_sealed_comes_back(text: str) -> None:
    seal = Seal(b"k" * 32)
    assert seal.open(seal.close(text)) == text
