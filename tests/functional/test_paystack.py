"""Paystack: no news of failures, references good for one page, fees that come late or are the payer's."""
import json
import sys

import walk
from harness import request, run_all, system, wait_for


def test_the_whole_way_and_back():
    with system() as s:
        walk.pays_and_refunds(s, "paystack", "paystack-main", "NGN", "10000.00", "2500.00", 150000, "6000.00", fee="250.00")


def test_the_transaction_says_exactly_what_is_to_be_paid():
    with system() as s:
        customer = s.post("/v1/customers", {"id": "amina", "email": "amina@example.com"}).json["id"]
        payment = walk.create(s, customer, "paystack-main", "NGN", "10000.00", method="card")
        body = json.loads(walk.sent(s, payment, "transaction.initialize")[0])
        callback, cancel = body.pop("callback_url"), body["metadata"].pop("cancel_action")
        assert "/return/" in callback and "/cancel/" in cancel
        assert body == {"email": "amina@example.com", "amount": 1000000, "currency": "NGN", "reference": payment["reference"], "channels": ["card"], "metadata": {"reference": payment["reference"]}}, body


def test_a_customer_without_an_address_is_told_so():
    with system() as s:
        body = {"customer": s.customer(), "integration": "paystack-nobody", "amount": "100.00", "currency": "NGN", "return_url": "https://shop.example/"}
        s.post("/v1/integrations", {"id": "paystack-nobody", "provider": "paystack", "mode": "test", "currencies": ["NGN"], "settings": {"private_key": "sk_test_turnpike"}})
        refused = s.post("/v1/payments", body, key="x")
        assert (refused.status, refused.json["code"]) == (422, "not_expressible"), refused.body
        assert "/customer/email" in str(refused.json["errors"]), refused.body


def test_the_return_settles_what_no_webhook_told():
    with system() as s:
        s.control("PUT", "/paystack/dials", {"loss": 1})
        customer = s.customer()
        payment = walk.create(s, customer, "paystack-main", "NGN", "10000.00")
        assert s.press(payment, "decline").status == 402
        s.post(f"/v1/payments/{payment['id']}/refresh")
        again = s.payment(payment["id"])
        assert (again["status"], again["reason"]) == ("requires_action", "Declined"), again
        back = s.press(payment, "pay")
        assert back.headers["Location"].endswith(f"?trxref={payment['reference']}&reference={payment['reference']}"), back.headers
        assert "status=succeeded" in request("GET", back.headers["Location"]).headers["Location"]
        assert s.balance(customer, "NGN") == "10000.00"


def test_a_page_whose_address_got_lost_is_never_the_one_that_is_paid():
    with system() as s:
        s.control("PUT", "/paystack/dials", {"fail_next": "timeout_after_commit"})
        customer = s.customer()
        payment = walk.create(s, customer, "paystack-main", "NGN", "10000.00")
        assert payment["provider_reference"] == payment["reference"] + "-2", payment
        s.press(payment)
        walk.settled(s, payment)
        walk.again(s, "paystack")
        assert walk.rows_of(s, customer) == ["10000.00"]
        s.verify_and_prove()


def test_a_fee_that_comes_late_is_asked_for_and_the_payers_fee_is_not_deducted():
    with system() as s:
        s.control("PUT", "/paystack/dials", {"fee_delay_ms": 1})
        late = walk.create(s, s.customer(), "paystack-main", "NGN", "10000.00")
        s.press(late)
        walk.settled(s, late)
        wait_for("the fee", lambda: s.payment(late["id"])["fee"] == "250.00")
        s.control("PUT", "/paystack/dials", {"fee_delay_ms": 0})
        customer = s.customer()
        passed_on = walk.create(s, customer, "paystack-main", "NGN", "10000.00")
        walk.act(s, "paystack", passed_on, "payer_bears_fees")
        s.press(passed_on)
        walk.settled(s, passed_on)
        shown = s.payment(passed_on["id"])
        assert (shown["captured"], shown["fee"], shown["payer_fee"]) == ("10000.00", "0.00", "250.00"), shown
        s.verify_and_prove()


def test_francs_without_decimals_travel_in_hundredths():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paystack-main", "XOF", "500")
        assert '"amount":50000,"currency":"XOF"' in walk.sent(s, payment, "transaction.initialize")[0]
        s.press(payment)
        walk.settled(s, payment)
        assert s.balance(customer, "XOF") == "500"


def test_a_dispute_takes_money_only_when_it_is_lost():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "paystack-main", "NGN", "10000.00")
        s.press(payment)
        walk.settled(s, payment)
        walk.act(s, "paystack", payment, "dispute_open")
        walk.settled(s, payment, "disputed")
        assert s.balance(customer, "NGN") == "10000.00"
        walk.act(s, "paystack", payment, "dispute_lost")
        wait_for("the money to go", lambda: s.balance(customer, "NGN") == "0.00")


if __name__ == "__main__":
    sys.exit(run_all(globals()))
