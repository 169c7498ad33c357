"""PayPal IPN: nothing is believed that PayPal does not call its own; money finds its customer by the payer's address."""
import decimal
import sys

import walk
from alerts import fires
from harness import request, run_all, system, wait_for

SEND_MONEY = (b"mc_gross=250.00&protection_eligibility=Ineligible&payer_id=N3WAUXSEHHQVQ&payment_date=15%3A08%3A10+Nov+22%2C+2026+PST&payment_status=Completed&charset=windows-1252&first_name=J%F6rg&mc_fee=7.55"
              b"&notify_version=3.9&payer_status=verified&business=billing%40voip.example&verify_sign=AHCWsUSRuzw8W1OvKiL2VxG-d4P2A9Y0bQb-tXoceSmNcIunqBMloLli&payer_email=joerg%40carrier.example&memo=Top-up+%80+250"
              b"&txn_id=9GY36315PX042201G&payment_type=instant&last_name=M%FCller&receiver_email=billing%40voip.example&payment_fee=&receiver_id=CU4EME4R27RAA&txn_type=send_money&mc_currency=EUR&residence_country=DE"
              b"&test_ipn=1&transaction_subject=&payment_gross=&ipn_track_id=59af31de59fb0")


def ipn(s, action, **more):
    return s.control("POST", "/paypal_ipn/actions", {"action": action, **more})


def raw(s, body, sent=True):
    return ipn(s, "raw", hex=body.hex(), sent=sent)


def joerg(s, email="joerg@carrier.example", name="joerg"):
    return s.post("/v1/customers", {"id": name, "paypal_email": email}).json["id"]


def notifications(s, verdict):
    return [row for row in s.get("/v1/payment-log?limit=200").json["data"] if row["kind"] in ("notification", "refusal") and row["status"] == verdict]


def settled(s, count, verdict="accepted"):
    return wait_for(f"{count} messages to be {verdict}", lambda: len(notifications(s, verdict)) >= count)


def test_the_published_message_is_verified_byte_for_byte_and_credited_less_its_fee_once():
    with system() as s:
        customer = joerg(s)
        raw(s, SEND_MONEY)
        wait_for("the credit", lambda: s.balance(customer, "EUR") == "242.45")
        hook = s.get("/v1/integrations/paypal-ipn").json["webhook_url"]
        for _ in range(3):
            assert request("POST", hook, SEND_MONEY).status == 200
        settled(s, 4)
        assert sum(decimal.Decimal(row) for row in walk.rows_of(s, customer)) == decimal.Decimal("242.45")
        payment = s.get("/v1/payments?limit=1").json["data"][0]
        assert (payment["origin"], payment["captured"], payment["fee"], payment["credited"]) == ("incoming", "250.00", "7.55", "242.45"), payment
        assert s.command("ledger", "verify").returncode == 0


def test_what_paypal_never_sent_is_asked_about_twice_and_refused():
    with system() as s:
        customer = joerg(s)
        hook = s.get("/v1/integrations/paypal-ipn").json["webhook_url"]
        for forged in (SEND_MONEY, SEND_MONEY.replace(b"250.00", b"9250.00")):
            assert request("POST", hook, forged).status == 200, "kept before anybody is asked"
        raw(s, SEND_MONEY.replace(b"J%F6rg", b"J%C3%B6rg"), sent=False)
        settled(s, 3, "refused")
        assert s.balance(customer, "EUR") == "0.00"


def test_a_verifier_that_is_away_loses_nothing():
    with system() as s:
        customer = joerg(s)
        s.control("PUT", "/paypal_ipn/dials", {"fail_next": {"status": 503}})
        raw(s, SEND_MONEY)
        settled(s, 1, "waiting")
        assert fires(s, "TurnpikeWebhooksWaiting")
        assert s.balance(customer, "EUR") == "0.00"
        s.host.stop()
        s.start()
        wait_for("another try", lambda: s.balance(customer, "EUR") == "242.45", 60)


def test_money_to_others_and_of_strangers_is_held_until_an_operator_decides():
    with system() as s:
        joerg(s)
        raw(s, SEND_MONEY.replace(b"billing%40voip.example", b"evil%40example.net").replace(b"CU4EME4R27RAA", b"XXXXXXXXXXXXX"))
        ipn(s, "send_money", amount=5000, currency="EUR", payer="nobody@example.com", fee=100)
        settled(s, 2)
        held = {row["reason"]: row for row in s.get("/v1/payments").json["data"] if row["status"] == "held"}
        assert set(held) == {"receiver_mismatch", "customer_unknown"} and fires(s, "TurnpikePaymentHeld"), held
        other = s.post("/v1/customers", {"id": "maria"}).json["id"]
        given = s.post(f"/v1/payments/{held['customer_unknown']['id']}/assign", {"customer": other, "remember_payer": True})
        assert given.status == 200 and given.json["status"] == "succeeded", given.body
        assert s.balance(other, "EUR") == "49.00"
        ipn(s, "send_money", amount=1000, currency="EUR", payer="NOBODY@example.com")
        wait_for("the payer to be known now", lambda: s.balance(other, "EUR") == "59.00")


def test_a_mass_pay_is_many_payments_without_a_fee():
    with system() as s:
        customer = joerg(s, "pay@carrier.example")
        ipn(s, "mass_pay", currency="GBP", payer="pay@carrier.example", items=[{"amount": 10000}, {"amount": 2450, "receiver": "other@example.net", "status": "Unclaimed"}, {"amount": 500, "index": 7}, {"amount": 900, "status": "Failed"}])
        wait_for("both items", lambda: s.balance(customer, "GBP") == "105.00")
        settled(s, 2)
        walk.again(s, "paypal_ipn")
        settled(s, 4)
        assert sorted(walk.rows_of(s, customer)) == ["100.00", "5.00"]
        assert s.command("ledger", "verify").returncode == 0


def test_an_echeck_is_credited_when_it_clears():
    with system() as s:
        customer = joerg(s)
        made = ipn(s, "send_money", amount=8000, currency="USD", payer="joerg@carrier.example", fee=262, echeck=True)
        settled(s, 1, "ignored")
        assert s.balance(customer) == "0.00"
        ipn(s, "pay", payment=made["id"])
        wait_for("the cheque", lambda: s.balance(customer) == "77.38")


def test_refunds_and_reversals_find_their_payment_in_any_order():
    with system() as s:
        customer = joerg(s)
        made = ipn(s, "send_money", amount=25000, currency="EUR", payer="joerg@carrier.example", fee=755)
        wait_for("the credit", lambda: s.balance(customer, "EUR") == "242.45")
        ipn(s, "refund", payment=made["id"], amount=5000)
        wait_for("the refund", lambda: s.balance(customer, "EUR") == "192.45")
        again = ipn(s, "send_money", amount=25000, currency="EUR", payer="joerg@carrier.example", fee=755)
        wait_for("the second", lambda: s.balance(customer, "EUR") == "434.90")
        ipn(s, "dispute_open", payment=again["id"])
        ipn(s, "chargeback", payment=again["id"])
        wait_for("the chargeback of the whole", lambda: s.balance(customer, "EUR") == "192.45")
        assert s.get("/v1/payments?limit=1").json["data"][0]["disputed"] == "250.00"
        ipn(s, "dispute_won", payment=again["id"])
        wait_for("the money to come back", lambda: s.balance(customer, "EUR") == "434.90")
        assert s.command("ledger", "verify").returncode == 0


def test_without_verification_everything_is_held():
    config = """
server: { environment: development, listen: "127.0.0.1:0" }
integrations:
  - { id: paypal-ipn, provider: paypal_ipn, mode: test, currencies: [EUR], settings: { receivers: billing@voip.example, verify_transaction: false } }
"""
    with system(config=config) as s:
        customer = joerg(s)
        hook = s.get("/v1/integrations/paypal-ipn").json["webhook_url"]
        assert request("POST", hook, SEND_MONEY).status == 200
        held = wait_for("the payment", lambda: s.get("/v1/payments").json["data"])[0]
        assert (held["status"], held["reason"]) == ("held", "unauthenticated"), held
        assert s.balance(customer, "EUR") == "0.00"
        s.post(f"/v1/payments/{held['id']}/release", {"reason": "seen in the account"})
        assert s.balance(customer, "EUR") == "250.00"


if __name__ == "__main__":
    sys.exit(run_all(globals()))
