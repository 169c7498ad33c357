"""Creating payments: what the host adds to a provider that answers at once, and 1,000 in flight at one that takes 300 ms."""
import json

from place import BUILD, Installation, rss_mb, running, status_of


def create(n, host, token):
    body = json.dumps({"integration": "bench", "customer": f"cus_{n % 10000}", "amount": "10.00", "currency": "USD", "return_url": "https://shop.example/"}).encode()
    head = (f"POST /v1/payments HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: bench-{n}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
    return head.encode() + body


def direct(n, host):
    body = f"client_reference_id=r{n}".encode()
    return f"POST /v1/checkout/sessions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def bench_creates(args, table):
    with Installation(args.payments, 0, args.folder) as place:
        with running([BUILD / "tests/bench/bench_provider", 0], place.folder / "provider.log") as (_, provider), place.host("--sandbox-url", provider) as (_, url, token):
            alone = place.load(provider, (direct(n, "provider") for n in range(2000)), 1)
            one = place.load(url, (create(n, "host", token) for n in range(2000)), 1)
            table["create payment, added p50, ms"]["us"] = round(one["p50_ms"] - alone["p50_ms"], 2)
            table["create payment, added p99, ms"]["us"] = round(one["p99_ms"] - alone["p50_ms"], 2)
            many = place.load(url, (create(n, "host", token) for n in range(2000, 2000 + args.creates)), 32)
            table["payments created/s at 32"]["us"] = many["per_s"]
            check(one, many)
        with running([BUILD / "tests/bench/bench_provider", 300], place.folder / "provider.log") as (_, provider), place.host("--sandbox-url", provider) as (process, url, token):
            flight = place.load(url, (create(n, "host", token) for n in range(10**6, 10**6 + args.creates)), 1000)
            table["payments created/s, 1,000 in flight at 300 ms"]["us"] = flight["per_s"]
            table["of it p99, ms"]["us"] = flight["p99_ms"]
            table["of it RSS, MB"]["us"] = rss_mb(process.pid)
            table["of it threads"]["us"] = status_of(process.pid, "Threads")
            check(flight)


def check(*results):
    if any(r["failed"] for r in results):
        raise SystemExit(f"some payments were not created: {results}")
