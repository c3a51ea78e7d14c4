from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.core import ReportError
from jixiao.reports.seals.signing import Signer, key_of_pem, read_signed

SECRET = bytes(range(32))
WORDS = st.dictionaries(st.text(max_size=9), st.text(max_size=40) | st.booleans(), max_size=6)


@given(statement=WORDS)
def test_a_signed_statement_reads_back_with_the_key_that_signed_it(statement):
    signer = Signer(SECRET)
    text = signer.sign(statement)
    signed = read_signed(text)
    assert signed is not None
    assert signed.statement == statement
    assert signed.key == signer.key == key_of_pem(signer.public_pem().encode(), "x")
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")


@given(place=st.integers(min_value=0), letter=st.sampled_from("Aa0-_.x"))
def test_no_letter_of_a_signed_text_can_be_another(place, letter):
    text = Signer(SECRET).sign({"file": "abc"})
    at = place % len(text)
    changed = text[:at] + letter + text[at + 1 :]
    signed = read_signed(changed)
    if changed == text:
        assert signed is not None
    elif signed is not None:  # unused bits at the end of a base64 part say nothing
        assert signed.statement == {"file": "abc"}
        assert signed.key == Signer(SECRET).key


def test_another_key_signs_under_another_name():
    own, other = Signer(SECRET), Signer(bytes(32))
    assert own.key != other.key
    head, _, _ = own.sign({"a": "b"}).partition(".")
    _, _, rest = other.sign({"a": "b"}).partition(".")
    assert read_signed(f"{head}.{rest}") is None


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "....", "é.b.c"])
def test_what_is_no_signature_reads_as_none(text):
    assert read_signed(text) is None


def test_a_file_that_is_no_public_key_is_refused():
    with pytest.raises(ReportError, match=r"JX-E533.*expected an Ed25519 public key as PEM"):
        key_of_pem(b"-----BEGIN PUBLIC KEY-----\nxx\n-----END PUBLIC KEY-----\n", "--key")
