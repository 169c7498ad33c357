"""Money on the operator's own account: nothing is credited until an operator says that it is there."""
import sys

from harness import run_all, system


def test_a_transfer_is_pending_until_an_operator_completes_it_once():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer, integration="bank", currency="EUR", amount="25.00")
        assert payment["status"] == "pending"
        assert payment["next_action"] == {"type": "instructions", "text": f"Please send 25.00 EUR to IBAN XX00 0000 0000, reference {payment['reference']}.", "reference": payment["reference"]}
        assert s.balance(customer, "EUR") == "0.00"
        complete = f"/v1/payments/{payment['id']}/complete"
        assert s.post(complete, {"received": "25.00"}).json["code"] == "missing_field"
        assert s.post(complete, {"received": "-1", "reference": "A"}).json["code"] == "amount_invalid"
        for _ in range(2):
            done = s.post(complete, {"received": "25.00", "reference": "statement-7"})
            assert done.status == 200 and done.json["status"] == "succeeded", done.body
        assert s.balance(customer, "EUR") == "25.00"
        assert s.command("ledger", "verify").returncode == 0


def test_too_little_is_held_and_the_rest_completes_it():
    with system() as s:
        customer = s.customer()
        payment = s.create(customer, integration="bank", currency="EUR", amount="25.00")
        complete = f"/v1/payments/{payment['id']}/complete"
        first = s.post(complete, {"received": "20.00", "reference": "statement-8"}).json
        assert (first["status"], first["captured"]) == ("held", "20.00"), first
        assert s.balance(customer, "EUR") == "0.00"
        second = s.post(complete, {"received": "5.00", "reference": "statement-9"}).json
        assert (second["status"], second["captured"]) == ("succeeded", "25.00"), second
        assert s.balance(customer, "EUR") == "25.00"


def test_a_transfer_that_never_came_can_be_cancelled():
    with system() as s:
        payment = s.create(s.customer(), integration="bank", currency="EUR", amount="25.00")
        cancelled = s.post(f"/v1/payments/{payment['id']}/cancel")
        assert cancelled.json["status"] == "cancelled", cancelled.body


if __name__ == "__main__":
    sys.exit(run_all(globals()))
