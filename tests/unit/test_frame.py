"""The frame itself: the closed network and the fixed seeds."""

from __future__ import annotations

import random
import socket

import numpy as np
import pytest


def test_connecting_to_another_machine_is_refused(closed_network) -> None:
    with socket.socket() as sock, pytest.raises(OSError, match="the network is closed in tests"):
        sock.connect(("192.0.2.1", 80))
    assert closed_network.refused == ["('192.0.2.1', 80)"]
    closed_network.refused.clear()


def test_looking_up_a_host_is_refused(closed_network) -> None:
    with pytest.raises(OSError, match="refused"):
        socket.getaddrinfo("example.com", 443)
    assert len(closed_network.refused) == 1
    closed_network.refused.clear()


def test_a_datagram_to_another_machine_is_refused(closed_network) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock,
        pytest.raises(OSError, match="refused"),
    ):
        sock.sendto(b"x", ("192.0.2.1", 9))
    closed_network.refused.clear()


def test_the_loopback_stays_open(closed_network) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername()[0] == "127.0.0.1"
    assert closed_network.refused == []


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_from_the_same_seeds(turn: int) -> None:
    assert random.random() == random.Random(0).random()
    assert np.random.random() == np.random.RandomState(0).random()
