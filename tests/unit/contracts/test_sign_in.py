"""What sign-in.yaml may say."""

from pathlib import Path

import pytest

from jixiao.contracts import SignInSettings, check_sign_in
from jixiao.contracts.yaml_file import parse_model
from jixiao.core import ContractError, ManyErrors

RIGHT = """\
issuer: https://id.example.org/realms/staff
client_id: jixiao
address: https://jixiao.example.org
name: 统一身份
secret_env: JIXIAO_CLIENT_SECRET
strong: [mfa, otp]
role_claim: groups
roles: {hr: analyst, lead: manager}
"""


def test_a_file_is_read_as_it_is_written() -> None:
    settings = parse_model(RIGHT, "sign-in.yaml", SignInSettings)
    check_sign_in(settings, "sign-in.yaml")
    assert settings.name == "统一身份"
    assert settings.strong == ("mfa", "otp")
    assert settings.roles == {"hr": "analyst", "lead": "manager"}
    assert not settings.make_accounts


def test_an_unknown_key_and_a_missing_one_are_told_with_the_known_ones() -> None:
    with pytest.raises(ContractError, match=r"sign-in\.yaml:1.*one of issuer, client_id"):
        parse_model("isuer: https://id.example.org\n", "sign-in.yaml", SignInSettings)
    with pytest.raises((ContractError, ManyErrors), match="client_id"):
        parse_model("issuer: https://id.example.org\n", "sign-in.yaml", SignInSettings)
    with pytest.raises(ContractError, match="the keys issuer, client_id"):
        parse_model("- a list\n", "sign-in.yaml", SignInSettings)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("issuer", "http://id.example.org"),
        ("issuer", "http://127.0.0.1:8080"),  # only with intranet: true
        ("issuer", "https://id.example.org/?x=1"),
        ("issuer", "https://user@id.example.org"),
        ("issuer", "id.example.org"),
        ("address", "http://jixiao.example.org"),
        ("address", "/"),
        ("roles", {"hr": "owner"}),
        ("role_claim", ""),
    ],
)
def test_what_would_not_be_safe_is_refused(key: str, value: object) -> None:
    given = parse_model(RIGHT, "sign-in.yaml", SignInSettings).model_copy(update={key: value})
    with pytest.raises(ContractError, match=f"sign-in.yaml {key.replace('role_claim', 'roles')}"):
        check_sign_in(given, "sign-in.yaml")


def test_a_provider_on_this_machine_needs_no_https_where_the_file_says_so() -> None:
    check_sign_in(
        SignInSettings(
            issuer="http://127.0.0.1:8080",
            client_id="x",
            address="http://localhost:8000",
            intranet=True,
        ),
        "sign-in.yaml",
    )


def test_the_secret_is_taken_from_the_environment_and_its_lack_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jixiao.bootstrap import _open_provider

    assert _open_provider(tmp_path) is None
    (tmp_path / "sign-in.yaml").write_text(RIGHT, encoding="utf-8")
    with pytest.raises(ContractError, match="export JIXIAO_CLIENT_SECRET"):
        _open_provider(tmp_path)
    monkeypatch.setenv("JIXIAO_CLIENT_SECRET", "s")
    provider = _open_provider(tmp_path)
    assert provider is not None
    assert provider.callback == "https://jixiao.example.org/sign-in/oidc/callback"


def test_only_serving_asks_for_the_secret(tmp_path: Path) -> None:
    from jixiao.bootstrap import open_office

    (tmp_path / "jixiao.yaml").write_text("version: 1\n", encoding="utf-8")
    (tmp_path / "sign-in.yaml").write_text(RIGHT, encoding="utf-8")
    office = open_office(tmp_path)
    assert office.provider is None
    office.store.close()
    with pytest.raises(ContractError, match="export JIXIAO_CLIENT_SECRET"):
        open_office(tmp_path, serving=True)
