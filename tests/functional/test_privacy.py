"""What erasing a customer leaves behind: amounts and ids, and not one word about the person, in the store and in its log."""
import shutil
import subprocess
import sys

import postgres
from harness import Process, System, request, run_all, system, wait_for

NAME, MAIL, PHONE = "Zebulon Quetzalcoatl", "zebulon@quetzal.example", "+49 30 9018273"
WORDS = ["Zebulon", "zebulon", "Quetzal", "quetzal", "9018273", "xylophone lesson", "basement-77"]


def live_a_little(s):
    """A customer who leaves traces everywhere a customer can."""
    customer = s.post("/v1/customers", {"id": "zq", "name": NAME, "email": MAIL, "phone": PHONE, "metadata": {"door": "basement-77"}}).json["id"]
    other = s.customer("Somebody Else")
    paid = s.create(customer, description="xylophone lesson", metadata={"room": "basement-77"})
    s.press(paid)
    s.wait_status(paid["id"], "succeeded")
    assert s.post(f"/v1/payments/{paid['id']}/refunds", {"amount": "1.00", "reason": "xylophone lesson was short"}, key="r").status == 201
    s.create(customer, description="xylophone lesson")
    assert s.post(f"/v1/customers/{customer}/entries", {"type": "usage", "amount": "1.00", "currency": "USD", "mode": "test", "description": "xylophone lesson"}, key="u").status == 201
    assert s.post("/v1/quotes", {"customer": customer, "integration": "stripe-main", "amount": "3.00", "currency": "USD"}).status in (200, 201)
    assert s.api("PATCH", f"/v1/customers/{customer}", {"phone": PHONE, "metadata": {"door": "basement-77 left"}}).status == 200
    link = s.post(f"/v1/customers/{customer}/portal-links", {"ttl_s": 600})
    assert link.status == 201, link.body
    kept = s.create(other, description="drum lesson")
    s.press(kept)
    s.wait_status(kept["id"], "succeeded")
    wait_for("the messages to be delivered", lambda: s.control("GET", "/deliveries")["waiting"] == 0)
    return customer, other, paid, kept


def test_an_erased_customer_is_in_no_page_of_the_file_and_of_its_log():
    with system(store="sqlite:var/turnpike.db") as s:
        customer, other, paid, kept = live_a_little(s)
        everything = lambda: b"".join(f.read_bytes() for f in (s.data / "turnpike.db", s.data / "turnpike.db-wal") if f.exists())
        assert all(word.encode() in everything() for word in WORDS if word != "zebulon"), "the test looks for what was there"
        before = s.balance(customer)
        erased = s.post(f"/v1/customers/{customer}/erase")
        assert erased.status == 200 and erased.json["name"] is None and "erased_at" in erased.json, erased.body
        wait_for("nothing to be found", lambda: not [word for word in WORDS if word.encode() in everything()])
        assert b"drum lesson" in everything() and s.get(f"/v1/customers/{other}").json["name"] == "Somebody Else"
        assert s.balance(customer) == before and s.payment(paid["id"])["status"] == "partially_refunded"
        assert "Zebulon" not in (s.folder / "host.log.err").read_text()
        assert s.post(f"/v1/customers/{customer}/erase").status == 200
        assert s.api("PATCH", f"/v1/customers/{customer}", {"name": NAME}).json["code"] == "customer_erased"
        s.verify_and_prove()


def test_an_erased_customer_is_in_no_row_of_the_database():
    with postgres.server() as db:
        s = System(store=db.url)
        try:
            customer, other, paid, kept = live_a_little(s)
            dump = lambda: subprocess.run([f"{postgres.BIN}/pg_dump", db.url], capture_output=True, check=True).stdout
            assert b"Quetzal" in dump()
            assert s.post(f"/v1/customers/{customer}/erase").status == 200
            left = [word for word in WORDS if word.encode() in dump()]
            assert not left, left
            s.verify_and_prove()
        finally:
            s.close()


if __name__ == "__main__":
    sys.exit(run_all(globals()))
