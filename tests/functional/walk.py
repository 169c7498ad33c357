"""The way every payment provider goes: paid on its page, told twice and out of order, refunded from both sides, books equal."""
import json
import re
import urllib.parse

from harness import request, wait_for


def create(s, customer, integration, currency, amount, **more):
    payment = s.create(customer, amount=amount, integration=integration, currency=currency, **more)
    assert payment["status"] in ("requires_action", "pending"), payment
    return payment


def act(s, provider, payment, action, **more):
    return s.control("POST", f"/{provider}/actions", {"action": action, "reference": payment["reference"], **more})


def again(s, provider):
    """Every message once more, in reverse order."""
    s.control("POST", f"/{provider}/events", {"reorder": True})
    wait_for("the messages to be delivered", lambda: s.control("GET", "/deliveries")["waiting"] == 0)


def browser_back(s, payment, body=None, query=""):
    """What the payer's browser does after the provider's page."""
    home = re.search(r'http[^"\\ ]*/return/[^"\\ ?&]+', urllib.parse.unquote(json.dumps(calls_of(s, payment)).replace("\\", ""))).group(0)
    return request("POST" if body is not None else "GET", home + query, body)


def calls_of(s, payment):
    rows = s.get(f"/v1/payments/{payment['id']}/timeline").json["data"]
    return [line for row in rows if row["kind"] == "call" for line in row["transcript"]]


def sent(s, payment, label):
    """The bodies we sent under a label, as the transcript shows them."""
    return [line["request"]["body"] for line in calls_of(s, payment) if line["label"] == label]


def settled(s, payment, status="succeeded"):
    return s.wait_status(payment["id"], status)


def refund(s, payment, amount=None, key=None):
    body = {} if amount is None else {"amount": amount}
    answer = s.post(f"/v1/payments/{payment['id']}/refunds", body, key=key or s.fresh_key())
    assert answer.status in (201, 202), answer.body
    return answer.json


def rows_of(s, customer):
    return [row["amount"] for row in s.get(f"/v1/customers/{customer}/ledger").json["data"]]


def pays_and_refunds(s, provider, integration, currency, amount, part, provider_minor, rest, fee=None, pay=None, **more):
    """Paid, notified twice in reverse, a part refunded by us, a part at the provider, the rest by us.  All amounts are given:
    `part` and `rest` as text, `provider_minor` as the provider's own integer."""
    customer = s.customer()
    payment = create(s, customer, integration, currency, amount, **more)
    if pay:
        pay(s, payment)
    else:
        act(s, provider, payment, "decline")
        act(s, provider, payment, "pay")
    settled(s, payment)
    assert s.balance(customer, currency) == amount
    again(s, provider)
    assert rows_of(s, customer) == [amount], rows_of(s, customer)
    if fee is not None:
        wait_for("the fee", lambda: s.payment(payment["id"])["fee"] == fee)
    refund(s, payment, part)
    settled(s, payment, "partially_refunded")
    act(s, provider, payment, "refund", amount=provider_minor)
    wait_for("the provider's own refund", lambda: s.post(f"/v1/payments/{payment['id']}/refresh") and s.payment(payment["id"])["refunded"] not in ("0.00", part))
    refund(s, payment, rest)
    settled(s, payment, "refunded")
    assert float(s.balance(customer, currency)) == 0
    again(s, provider)
    assert float(s.balance(customer, currency)) == 0
    s.verify_and_prove()
    return customer, payment
