"""Deliveries go to listed public hosts only; no spelling and no name leads elsewhere."""

import pytest

from jixiao.core import Conflict
from jixiao.office.addresses import Target, check_address, is_host, is_public, settle, settle_inside

ALLOWED = ("hooks.example.org", "hooks.example.org:8443")

TRICKS = (
    "http://hooks.example.org/",
    "HTTPS://hooks.example.org/",
    "//hooks.example.org/",
    "ftp://hooks.example.org/",
    "file:///etc/passwd",
    "gopher://hooks.example.org/",
    "https:hooks.example.org",
    "https:///hooks.example.org",
    "https://",
    "",
    " https://hooks.example.org/",
    "https://hooks.example.org/ ",
    "https://hooks.example.org/\r\nX: y",
    "https://hooks.example.org\t/",
    "https://hooks.example.org\x00/",
    "https://hooks.example.org\\@evil.example/",
    "https://user@hooks.example.org/",
    "https://user:word@hooks.example.org/",
    "https://hooks.example.org@evil.example/",
    "https://hooks.example.org%40evil.example/",
    "https://hooks.example.org#@evil.example/",
    "https://hooks.example.org.evil.example/",
    "https://evil.example/hooks.example.org",
    "https://hooks.example.org./",
    "https://HOOKS.example.org/",
    "https://hooks.example.org:80/",
    "https://hooks.example.org:0/",
    "https://hooks.example.org:08443/",
    "https://hooks.example.org:+8443/",
    "https://hooks.example.org:/",
    "https://hooks.example.org:99999/",
    "https://hooks.example.org:x/",
    "https://hooks。example。org/",
    "https://hooks.exam\u00adple.org/",
    "https://ⓗooks.example.org/",
    "https://localhost/",
    "https://hooks.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://0/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.168.1.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://[::/",
)

NOT_PUBLIC = (
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "::ffff:8.8.8.8",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "not an address",
)


@pytest.mark.parametrize("url", TRICKS)
def test_an_odd_address_is_refused_before_any_name_is_resolved(url: str) -> None:
    def never(host: str, port: int) -> list[str]:
        raise AssertionError("resolved")

    with pytest.raises(Conflict, match="JX-E758"):
        settle(url, ALLOWED, lookup=never)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_name_with_one_private_address_among_public_ones_is_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(Conflict, match="private or local address"):
        settle(
            "https://hooks.example.org/", ALLOWED, lookup=lambda host, port: ["8.8.8.8", address]
        )


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(Conflict, match="private or local address"):
        settle("https://hooks.example.org/", ALLOWED, lookup=lambda host, port: [])


def test_a_listed_host_is_reached_at_the_address_it_was_resolved_to() -> None:
    found = settle(
        "https://hooks.example.org:8443/in?a=1", ALLOWED, lookup=lambda host, port: ["8.8.8.8"]
    )
    assert found == Target("hooks.example.org", 8443, "/in?a=1", "8.8.8.8")
    assert check_address("https://hooks.example.org", ALLOWED) == ("hooks.example.org", 443, "/")


def test_a_host_listed_with_a_port_is_not_open_at_another() -> None:
    with pytest.raises(Conflict, match="not listed"):
        check_address("https://hooks.example.org/", ("hooks.example.org:8443",))


@pytest.mark.parametrize("text", ["localhost", "a.local", "10.0.0.1", "a.example:0", "*.example"])
def test_a_local_or_odd_host_cannot_be_listed(text: str) -> None:
    assert not is_host(text)


INSIDE = ("id.example.org", "id.corp.local:8443", "127.0.0.1:8080", "localhost", "10.1.2.3")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://id.example.org/keys?x=1", "10.1.2.3"),
        ("https://id.corp.local:8443/keys", "192.168.7.7"),
        ("https://10.1.2.3/keys", "10.1.2.3"),
        ("http://127.0.0.1:8080/keys", "127.0.0.1"),
        ("http://localhost/keys", "::1"),
        ("https://id.example.org/keys", "8.8.8.8"),
    ],
)
def test_a_provider_may_stand_inside_where_the_file_names_it(url: str, address: str) -> None:
    found = settle_inside(url, INSIDE, lookup=lambda host, port: [address])
    assert found.address == address
    assert found.is_plain == url.startswith("http://")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://id.example.org/", "169.254.169.254"),
        ("https://id.example.org/", "fe80::1"),
        ("https://id.example.org/", "127.0.0.1"),
        ("https://id.example.org/", "::1"),
        ("https://id.example.org/", "::ffff:127.0.0.1"),
        ("https://id.example.org/", "0.0.0.0"),
        ("https://id.example.org/", "224.0.0.1"),
        ("https://id.example.org/", "not an address"),
        ("http://id.example.org/", "10.1.2.3"),
        ("http://localhost/", "10.1.2.3"),
        ("https://id.corp.local/", "192.168.7.7"),
        ("https://other.example.org/", "10.1.2.3"),
        ("https://user@id.example.org/", "10.1.2.3"),
        ("https://id.example.org/#x", "10.1.2.3"),
        ("https://id.example.org:99999/", "10.1.2.3"),
        ("file:///etc/passwd", "10.1.2.3"),
        ("ftp://id.example.org/", "10.1.2.3"),
    ],
)
def test_no_provider_stands_where_only_an_attack_would_lead(url: str, address: str) -> None:
    with pytest.raises(Conflict, match=r"sign-in\.yaml"):
        settle_inside(url, INSIDE, lookup=lambda host, port: [address])
