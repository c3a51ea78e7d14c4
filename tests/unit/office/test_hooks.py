"""A delivery's signature can be made again by whoever holds the secret, and by nobody else."""

import hashlib
import hmac

from jixiao.office.hooks import signature


def test_a_signature_is_the_hmac_of_the_second_a_dot_and_the_body() -> None:
    body = b'{"event": "job.end"}'
    told = dict(part.split("=", 1) for part in signature("s3", body, at=1700000000).split(","))
    expected = hmac.digest(b"s3", b"1700000000." + body, hashlib.sha256).hex()
    assert told == {"t": "1700000000", "v1": expected}


def test_another_secret_second_or_body_gives_another_signature() -> None:
    made = {
        signature("s3", b"a", at=1),
        signature("s4", b"a", at=1),
        signature("s3", b"b", at=1),
        signature("s3", b"a", at=2),
    }
    assert len(made) == 4
