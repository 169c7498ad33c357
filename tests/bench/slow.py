"""Webhooks while 1,000 slow clients hold their connections.  slowhttptest's ways, but from clients that cost nothing themselves:
the tool takes 40 % of a processor for 1,000 connections, which two processors do not have to spare."""
import argparse
import contextlib
import re
import socket
import threading
import time

from place import hook_of
from webhooks import installation, requests

CLIENTS = 1000
EVERY_S = 5
# What each sends at first; then a byte every few seconds, or nothing where it only reads slowly.
WAYS = {
    "slow heads": (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ", b"a"),
    "slow bodies": (b"POST /v1/payments HTTP/1.1\r\nHost: a\r\nContent-Length: 4096\r\n\r\n", b"a"),
    "slow readers": (b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n", b""),
}


class SlowClients:
    """All connected before the block begins; one that is sent away comes again."""

    def __init__(self, url, way):
        host, port = re.match(r"http://([^:/]+):(\d+)", url).groups()
        self.address, (self.first, self.more) = (host, int(port)), WAYS[way]
        self.over = threading.Event()

    def connect(self):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        client.connect(self.address)
        client.sendall(self.first)
        return client

    def __enter__(self):
        self.clients = [self.connect() for _ in range(CLIENTS)]
        self.thread = threading.Thread(target=self.drip)
        self.thread.start()
        return self

    def drip(self):
        while not self.over.wait(EVERY_S):
            for i, client in enumerate(self.clients):
                try:
                    client.sendall(self.more)
                except OSError:
                    client.close()
                    self.clients[i] = self.connect()

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()
        for client in self.clients:
            client.close()


def bench_slow(args, table):
    """Interleaved with rounds without them, since what a machine gives changes from minute to minute."""
    rounds = [None] + [r for way in WAYS for r in (way, None)]
    connections = args.connections[0]
    fresh = argparse.Namespace(**{**vars(args), "connections": [connections] * len(rounds)})
    with installation(fresh) as place, place.host() as (_, url, token):
        hook = hook_of(url, token)
        rates = []
        for i, way in enumerate(rounds):
            with SlowClients(url, way) if way else contextlib.nullcontext():
                rates.append(place.load(hook, requests(hook, args.payments + i * args.events, args.events), connections))
            time.sleep(1)
    for i, way in enumerate(rounds):
        if not way:
            continue
        without = (rates[i - 1]["per_s"] + rates[i + 1]["per_s"]) / 2
        table[f"webhooks/s with 1,000 {way}"]["us"] = rates[i]["per_s"]
        table[f"of what it is without, 1,000 {way}, %"]["us"] = round(100 * rates[i]["per_s"] / without)
