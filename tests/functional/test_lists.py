"""Lists: pages without gaps, filters that filter before the page is cut, and nothing of a mode the caller lacks."""
import sys

from harness import ROOT, request, run_all, system, wait_for

LIVE_BANK = '  - { id: bank-live, provider: bank_transfer, mode: live, currencies: [USD], settings: { instructions: "To IBAN XX00" } }\n'
WITH_LIVE_BANK = (ROOT / "config" / "turnpike.yaml").read_text().replace("integrations:\n", "integrations:\n" + LIVE_BANK, 1)


def token_of(s, modes, scopes=("payments", "customers", "events")):
    made = s.post("/v1/tokens", {"name": "-".join(modes) + "-reader", "scopes": list(scopes), "modes": modes})
    assert made.status == 201, made.body
    return lambda path: request("GET", s.url + path, None, {"Authorization": "Bearer " + made.json["token"]})


def pages(s, path, limit):
    rows, after = [], ""
    while True:
        answer = s.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{after and '&after=' + after}").json
        assert len(answer["data"]) <= limit
        rows += answer["data"]
        if not answer["next"]:
            return rows
        assert len(answer["data"]) == limit, "only the last page is short"
        after = answer["next"]


def is_read_in_pages(s, path, limit, kept=lambda row: True):
    """The pages together are the whole.  A message that arrives between the two readings makes them be read again; a gap stays."""
    whole = lambda: [row for row in s.get("/v1/payment-log?limit=200").json["data"] if kept(row)]
    wait_for(f"{path} in pages of {limit} to be the whole", lambda: pages(s, path, limit) == whole())


def test_the_payment_log_is_read_in_pages_without_a_gap_or_a_repetition():
    with system() as s:
        customer = s.customer()
        paid = [s.create(customer) for _ in range(3)]
        for payment in paid:
            s.press(payment)
            s.wait_status(payment["id"], "succeeded")
        assert s.post(f"/v1/payments/{paid[0]['id']}/refunds", {"amount": "1.00"}, key="r").status == 201
        hook = s.get("/v1/integrations/stripe-main").json["webhook_url"]
        assert request("POST", hook, b"{}", {}).status == 400
        wait_for("the messages to be delivered", lambda: s.control("GET", "/deliveries")["waiting"] == 0)
        whole = s.get("/v1/payment-log?limit=200").json["data"]
        assert len(whole) > 8 and {row["kind"] for row in whole} == {"payment", "notification", "refund", "refusal"}, whole
        for limit in (1, 3, 7):
            is_read_in_pages(s, "/v1/payment-log", limit)
        for kind in ("payment", "notification", "refund", "refusal"):
            is_read_in_pages(s, f"/v1/payment-log?kind={kind}", 2, lambda row: row["kind"] == kind)
        is_read_in_pages(s, f"/v1/payment-log?payment={paid[1]['id']}", 2, lambda row: row["payment"] == paid[1]["id"])
        assert s.get("/v1/payment-log?kind=refunds").json["code"] == "kind_invalid"


def test_filters_narrow_payments_and_customers_and_csv_says_where_it_goes_on():
    with system() as s:
        ada, bob = s.customer("Ada Lovelace"), s.customer("Bob")
        first, second = s.create(ada), s.create(bob)
        for word in (first["id"], first["reference"], ada):
            assert [p["id"] for p in s.get(f"/v1/payments?q={word}").json["data"]] == [first["id"]], word
        day = first["created_at"][:10]
        assert len(s.get(f"/v1/payments?from={day}&to={day}").json["data"]) == 2
        assert s.get("/v1/payments?to=2020-01-01").json["data"] == [] and s.get("/v1/payment-log?to=2020-01-01").json["data"] == []
        for wrong in ("from=yesterday", "from=2026-02-30", "from=2026-02-02&to=2026-02-01"):
            assert s.get("/v1/payments?" + wrong).json["code"] == "out_of_range", wrong
        assert [c["id"] for c in s.get("/v1/customers?q=lovelace").json["data"]] == [ada]
        csv = s.get("/v1/payments.csv?currency=USD")
        lines = csv.body.decode().strip().split("\r\n")
        assert len(lines) == 3 and lines[1].startswith(second["id"]) and "Link" not in csv.headers, lines


def test_events_are_followed_from_the_front_and_looked_at_from_the_end():
    with system() as s:
        customer = s.customer()
        for _ in range(3):
            s.create(customer)
        created = lambda: [e for e in s.get("/v1/events?limit=200").json["data"] if e["type"] == "payment.created"]
        wait_for("the seal over three payments", lambda: len(created()) == 3)
        feed = s.get("/v1/events?limit=200").json["data"]
        assert [e["sequence"] for e in feed] == sorted(e["sequence"] for e in feed), feed
        first = s.get("/v1/events?order=newest&limit=2").json
        assert first["data"] == feed[::-1][:2]
        assert s.get(f"/v1/events?order=newest&limit=200&after={first['next']}").json == {"data": feed[::-1][2:], "next": None}
        assert s.get("/v1/events?order=down").json["code"] == "order_invalid"


def test_a_token_of_one_mode_sees_nothing_of_the_other():
    with system(config=WITH_LIVE_BANK) as s:
        customer = s.customer()
        live = s.create(customer, integration="bank-live")
        test = s.create(customer)
        reads = token_of(s, ["test"])
        assert [p["id"] for p in reads("/v1/payments").json["data"]] == [test["id"]]
        for row in reads("/v1/payment-log").json["data"] + reads("/v1/events").json["data"] + reads(f"/v1/customers/{customer}/balance").json["balances"]:
            assert row["mode"] == "test", row
        for path in ("/v1/payments?mode=live", f"/v1/payments/{live['id']}", f"/v1/payments/{live['id']}/timeline"):
            assert reads(path).status == 403, path
        assert live["id"] not in reads("/v1/payments.csv").body.decode()
        both = token_of(s, ["test", "live"])
        assert {p["id"] for p in both("/v1/payments").json["data"]} == {live["id"], test["id"]}


if __name__ == "__main__":
    sys.exit(run_all(globals()))
