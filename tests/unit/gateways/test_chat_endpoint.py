from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator

import pytest
from benchmarks.endpoint import LocalEndpoint, Said, chat

from jixiao.contracts import Message, Question, WriterSettings
from jixiao.core import EndpointError, NoAnswer
from jixiao.gateways.chat_endpoint import EndpointChat


def question(text: str = "说说看", answer_format: str = "json_schema") -> Question:
    return Question(
        model="tiny",
        messages=(Message(role="user", content=text),),
        temperature=0.0,
        answer_tokens=50,
        answer_format=answer_format,
        answer_schema={"type": "object"},
    )


@pytest.fixture
def client() -> Iterator[Callable[..., EndpointChat]]:
    opened = []

    def client(endpoint: LocalEndpoint, key: str = "", **more) -> EndpointChat:
        given = {"timeout_s": 5, "retries": 2, "model": "tiny", "base_url": endpoint.base_url}
        opened.append(EndpointChat(WriterSettings(**(given | more)), key, first_wait_s=0.01))
        return opened[-1]

    yield client
    for one in opened:
        one.close()


def test_an_answer_comes_back_with_its_tokens_and_the_request_is_what_the_standard_says(client):
    with LocalEndpoint(lambda asked: chat("好的 {}", usage=(12, 3))) as endpoint:
        answer = client(endpoint, key="secret-key").ask(question())
    assert (answer.text, answer.tokens_read, answer.tokens_written) == ("好的 {}", 12, 3)
    (sent,) = endpoint.requests
    assert sent["model"] == "tiny"
    assert sent["messages"] == [{"role": "user", "content": "说说看"}]
    assert sent["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert endpoint.headers[0]["Authorization"] == "Bearer secret-key"


def test_tokens_are_estimated_from_above_where_the_endpoint_counts_none(client):
    with LocalEndpoint(lambda asked: chat("a" * 30, usage=None)) as endpoint:
        answer = client(endpoint).ask(question("b" * 100))
    assert not answer.is_counted
    assert answer.tokens_read >= 50
    assert answer.tokens_written == 30


def test_a_busy_endpoint_is_asked_again_until_it_answers(client):
    said = iter([Said(b"", 429, {"Retry-After": "0"}), Said(b"", 503), chat("done")])
    with LocalEndpoint(lambda asked: next(said)) as endpoint:
        assert client(endpoint).ask(question()).text == "done"
    assert len(endpoint.requests) == 3


def test_an_endpoint_that_stays_busy_is_given_up_after_the_tries_of_the_settings(client):
    with (
        LocalEndpoint(lambda asked: Said(b"busy", 500)) as endpoint,
        pytest.raises(NoAnswer, match="status 500"),
    ):
        client(endpoint).ask(question())
    assert len(endpoint.requests) == 3


def test_a_redirect_is_an_error_and_is_never_followed(client):
    with (
        LocalEndpoint(lambda asked: chat("stolen")) as elsewhere,
        LocalEndpoint(lambda asked: Said(b"", 307, {"Location": elsewhere.base_url})) as endpoint,
        pytest.raises(EndpointError, match="a redirect"),
    ):
        client(endpoint).ask(question())
    assert elsewhere.requests == []


def test_a_host_that_is_not_listed_gets_no_request_even_when_settings_were_not_checked(client):
    with LocalEndpoint(lambda asked: chat("hello")) as endpoint:
        for hosts in (("api.example.com",), ("127.0.0.1:1",)):
            with pytest.raises(EndpointError, match="JX-E601"):
                client(endpoint, hosts=hosts).ask(question())
    assert endpoint.requests == []


def test_proxies_of_the_environment_are_not_used(client, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://203.0.113.9:1")
    monkeypatch.setenv("ALL_PROXY", "http://203.0.113.9:1")
    with LocalEndpoint(lambda asked: chat("direct")) as endpoint:
        assert client(endpoint).ask(question()).text == "direct"


def test_an_answer_that_drips_in_is_given_up_in_time(client):
    slow = chat("x" * 2000)
    slow.pieces, slow.pause_s = 2000, 0.05
    with LocalEndpoint(lambda asked: slow) as endpoint:
        begun = time.monotonic()
        with pytest.raises(NoAnswer, match="no answer in time"):
            client(endpoint, timeout_s=0.3, retries=0).ask(question())
        assert time.monotonic() - begun < 3


def test_an_answer_without_end_is_cut_off(client):
    with (
        LocalEndpoint(lambda asked: Said(b"x" * 5_000_000)) as endpoint,
        pytest.raises(NoAnswer, match="broken connection"),
    ):
        client(endpoint, retries=0).ask(question())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": 7}}]}',
        b"[" * 100000,
    ],
)
def test_an_answer_of_another_shape_is_no_answer(client, body):
    with (
        LocalEndpoint(lambda asked: Said(body)) as endpoint,
        pytest.raises(NoAnswer, match=r"choices\[0\]"),
    ):
        client(endpoint).ask(question())


def test_half_a_character_becomes_a_mark_and_not_a_crash(client):
    raw = Said(b'{"choices": [{"message": {"content": "a\\ud800b"}}]}')
    with LocalEndpoint(lambda asked: raw) as endpoint:
        assert client(endpoint).ask(question()).text == "a?b"


def test_a_refused_key_is_told_by_the_name_of_its_variable_alone(client):
    with (
        LocalEndpoint(lambda asked: Said(b"no", 401)) as endpoint,
        pytest.raises(EndpointError) as caught,
    ):
        client(endpoint, key="sk-very-secret", key_env="MY_KEY").ask(question())
    assert "MY_KEY" in str(caught.value)
    assert "sk-very-secret" not in str(caught.value) + json.dumps(caught.value.to_json())


def test_a_server_that_is_not_there_is_an_error_of_the_whole_run(client):
    with LocalEndpoint(lambda asked: chat("x")) as endpoint:
        chatting = client(endpoint)
    with pytest.raises(EndpointError, match="a server that listens") as caught:
        chatting.ask(question())
    assert not isinstance(caught.value, NoAnswer)


def test_json_is_asked_for_as_the_settings_say(client):
    with LocalEndpoint(lambda asked: chat("x")) as endpoint:
        chatting = client(endpoint)
        chatting.ask(question(answer_format="none"))
        chatting.ask(question(answer_format="json_object"))
    assert "response_format" not in endpoint.requests[0]
    assert endpoint.requests[1]["response_format"] == {"type": "json_object"}


def test_a_closed_client_tries_nothing_further(client):
    with LocalEndpoint(lambda asked: Said(b"", 503)) as endpoint:
        chatting = client(endpoint, retries=10)
        chatting.close()
        with pytest.raises(NoAnswer):
            chatting.ask(question())
    assert endpoint.requests == []
