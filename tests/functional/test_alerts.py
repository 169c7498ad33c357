"""The rules of config/alerts.yaml: none fires for a host that is well, and each is fired by some test."""
import pathlib
import re
import sys

import postgres
from alerts import fires, rules, samples
from harness import System, request, run_all, system, wait_for


def test_no_rule_fires_for_a_host_that_is_well_and_each_is_fired_somewhere():
    tests = "".join(file.read_text() for file in pathlib.Path(__file__).parent.glob("test_*.py"))
    fired = set(re.findall(r'fires\(\w+, "(\w+)"\)', tests))
    assert len(rules()) >= 12 and fired == set(rules()), fired ^ set(rules())
    with system() as s:
        customer = s.customer()
        payment = s.create(customer)
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        assert [name for name in rules() if fires(s, name)] == []
        assert samples(s)['turnpike_events_total{type="payment.succeeded"}'] == 1
        s.host.stop()
        assert fires(s, "TurnpikeDown")


def test_many_messages_that_prove_nothing_are_heard_of():
    with system() as s:
        hook = s.get("/v1/integrations/stripe-main").json["webhook_url"]
        for _ in range(25):
            assert request("POST", hook, b"{}", {}).status == 400
        assert fires(s, "TurnpikeWebhooksRefused")


def test_money_that_went_back_after_it_was_used_is_heard_of():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer)
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        assert s.post(f"/v1/customers/{customer}/entries", {"type": "usage", "amount": "9.00", "currency": "USD", "mode": "test"}, key="u").status == 201
        assert s.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "5.00"}, key="r").status == 201
        wait_for("the balance to be negative", lambda: s.balance(customer) == "-4.00")
        assert fires(s, "TurnpikeNegativeBalance")


def test_a_store_that_is_away_is_heard_of():
    with postgres.server() as db:
        s = System(store=db.url)
        try:
            db.kill()
            assert s.get("/v1/customers").status == 503
            assert fires(s, "TurnpikeStoreErrors")
            db.start()
            wait_for("the store", lambda: s.get("/v1/customers").status == 200)
        finally:
            s.close()


if __name__ == "__main__":
    sys.exit(run_all(globals()))
