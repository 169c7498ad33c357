"""NOWPayments: coins never enter the books, only what they are worth; too little, too much, and again."""
import json
import sys

import walk
from harness import request, run_all, system, wait_for


def test_an_address_is_paid_told_again_and_proven():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "nowpayments-main", "USD", "170.00", method="trx")
        action = payment["next_action"]
        assert (action["type"], action["asset"], action["amount"], action["network"]) == ("crypto", "trx", "1555.38559", "trx"), action
        assert action["address"].startswith("T") and action["valid_until"] == "2026-01-08T12:00:00.000Z" and "memo" not in action, action
        body = json.loads(walk.sent(s, payment, "payment.create")[0], parse_float=str)
        assert body.pop("ipn_callback_url") == s.get("/v1/integrations/nowpayments-main").json["webhook_url"]
        assert body == {"price_amount": "170.00", "price_currency": "usd", "order_id": payment["reference"], "order_description": "Payment", "is_fixed_rate": False, "is_fee_paid_by_user": False, "pay_currency": "trx"}, body
        walk.act(s, "nowpayments", payment, "pay")
        walk.settled(s, payment)
        wait_for("the fee", lambda: s.payment(payment["id"])["fee"] == "0.85")
        walk.again(s, "nowpayments")
        assert walk.rows_of(s, customer) == ["170.00"]
        s.verify_and_prove()


def test_a_memo_that_must_not_get_lost_stands_beside_the_address():
    with system() as s:
        payment = walk.create(s, s.customer(), "nowpayments-main", "USD", "170.00", method="XRP")
        assert payment["next_action"]["memo"] == "104729"


def test_an_invoice_is_settled_by_the_return_alone():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "nowpayments-main", "USD", "50.00")
        url = payment["next_action"]["url"]
        assert url.startswith(s.sandbox_url + "/sandbox.nowpayments.io/payment/?iid="), url
        s.control("PUT", "/nowpayments/dials", {"loss": 1})
        back = request("POST", url.replace("?iid=", "") + "/pay", b"")
        assert "NP_id=" in back.headers["Location"], back.headers
        assert "status=succeeded" in request("GET", back.headers["Location"]).headers["Location"]
        assert s.balance(customer, "USD") == "50.00"
        # Somebody else's payment in the address bar is nobody's here.
        other = walk.create(s, customer, "nowpayments-main", "USD", "60.00")
        home = walk.browser_back(s, other, query="?NP_id=" + s.payment(payment["id"])["provider_ids"]["payment"])
        assert "status=requires_action" in home.headers["Location"], home.headers
        assert s.balance(customer, "USD") == "50.00"


def test_part_of_the_coins_is_part_of_the_price_and_more_complete_it():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "nowpayments-main", "USD", "170.00", method="trx")
        walk.act(s, "nowpayments", payment, "pay_part", percent=33)
        walk.settled(s, payment, "partially_paid")
        assert s.balance(customer, "USD") == "56.10"
        walk.again(s, "nowpayments")
        assert s.balance(customer, "USD") == "56.10"
        walk.act(s, "nowpayments", payment, "pay")
        walk.settled(s, payment)
        assert s.balance(customer, "USD") == "170.00"
        s.verify_and_prove()


def test_more_coins_than_asked_are_credited_and_coins_sent_once_more_are_a_payment_of_their_own():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "nowpayments-main", "USD", "100.00", method="usdttrc20")
        walk.act(s, "nowpayments", payment, "pay_more", percent=110)
        walk.settled(s, payment)
        assert s.balance(customer, "USD") == "110.00"
        walk.act(s, "nowpayments", payment, "redeposit")
        wait_for("the second deposit", lambda: s.balance(customer, "USD") == "160.00")
        walk.again(s, "nowpayments")
        assert s.balance(customer, "USD") == "160.00"
        again = next(row for row in s.get("/v1/payments").json["data"] if row["origin"] == "incoming")
        assert (again["parent"], again["captured"]) == (payment["id"], "50.00"), again
        assert s.command("ledger", "verify").returncode == 0


def test_what_the_coin_cannot_carry_is_refused_with_the_least_amount():
    with system() as s:
        body = {"customer": s.customer(), "integration": "nowpayments-main", "currency": "USD", "return_url": "https://shop.example/", "method": "trx", "amount": "0.10"}
        refused = s.post("/v1/payments", body, key="a")
        assert refused.status == 422 and "At least 5 trx must be paid" in refused.json["detail"], refused.body
        assert s.post("/v1/payments", {**body, "method": "doge"}, key="b").json["code"] == "not_expressible"
        assert not any(line["label"] == "payment.create" for row in s.get("/v1/payment-log").json["data"] if row["payment"] for line in walk.calls_of(s, {"id": row["payment"]}))


def test_refunds_have_no_call_and_what_was_given_back_is_reversed():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "nowpayments-main", "USD", "170.00", method="trx")
        walk.act(s, "nowpayments", payment, "pay")
        walk.settled(s, payment)
        assert s.post(f"/v1/payments/{payment['id']}/refunds", {}, key="r").json["code"] == "unsupported_operation"
        walk.act(s, "nowpayments", payment, "refund")
        walk.settled(s, payment, "refunded")
        assert s.balance(customer, "USD") == "0.00"


def test_a_message_with_a_wrong_signature_is_refused():
    with system() as s:
        s.control("PUT", "/nowpayments/dials", {"bad_signature": True})
        customer = s.customer()
        payment = walk.create(s, customer, "nowpayments-main", "USD", "170.00", method="trx")
        walk.act(s, "nowpayments", payment, "pay")
        wait_for("refusals", lambda: len([row for row in s.get("/v1/payment-log?limit=200").json["data"] if row["kind"] == "refusal"]) >= 5)
        assert s.balance(customer, "USD") == "0.00"


if __name__ == "__main__":
    sys.exit(run_all(globals()))
