"""ScriptForge: drivers in JavaScript run beside the host, never in its way; a gateway in 40 lines pays like a compiled one."""
import concurrent.futures
import json
import socketserver
import sys
import threading
import time

import walk
from harness import ROOT, request, run_all, system, wait_for

# A driver that keeps its numbers in cxKV, so that live mode needs nobody outside.
OWN_NUMBERS = """
const { ko, kv } = require('cxKV');
module.exports = {
  search: async ({ number }) => [{ did: number + '00', setup_cost: '1.00' }],
  async allocate({ did, requestId }) {
    const held = (await ko.get('held')) ?? {};
    if (did.endsWith('99')) throw new Error('404 No such number');
    await ko.set('held', { ...held, [did]: requestId });
    await kv.incr('bought');
    if (did.endsWith('13')) throw new Error('500 The line broke after it was done');
    return { did, city: 'Here' };
  },
  async release({ did }) {
    const held = (await ko.get('held')) ?? {};
    if (did.endsWith('07')) return false;
    delete held[did];
    await ko.set('held', held);
    return true;
  },
  list: async () => Object.keys((await ko.get('held')) ?? {}).map((did) => ({ did })),
  bought: async () => kv.get('bought'),
};
"""


def save(s, name, source, **more):
    saved = s.api("PUT", f"/v1/scripts/{name}", {"source": source})
    assert saved.status in (200, 201), saved.body
    if not more:
        return
    mode = more.pop("mode", "test")
    made = s.post("/v1/integrations", {"id": name, "provider": "scriptforge", "mode": mode, "settings": {"script": name, **more}})
    assert made.status == 201, made.body


def run(s, integration, function="main", data=None):
    answer = s.post(f"/v1/scripts/{integration}/run", {"function": function, "data": data or {}})
    assert answer.status == 200, answer.body
    return answer.json


def test_the_providers_name_their_operations():
    with system() as s:
        providers = {one["id"]: one["operations"] for one in json.loads(s.command("providers", "--json").stdout)["providers"]}
        assert {"script.run/1", "numbers.search/1", "numbers.allocate/1", "numbers.release/1", "numbers.list/1"} <= set(providers["scriptforge"]), providers["scriptforge"]
        assert any(one.startswith("accounting.") for one in providers["xero"]) and any(one.startswith("twofactor.") for one in providers["duo"])


def test_a_gateway_in_forty_lines_goes_the_whole_way_and_back():
    with system() as s:
        assert len((ROOT / "config" / "scripts" / "example-gateway.js").read_text().splitlines()) <= 40
        walk.pays_and_refunds(s, "scriptforge", "script-pay", "USD", "100.00", "25.00", 1500, "60.00", fee="2.00")


def test_a_forged_message_of_a_scripted_gateway_is_refused_and_stored():
    with system() as s:
        customer = s.customer()
        payment = walk.create(s, customer, "script-pay", "USD", "10.00")
        url = s.get("/v1/integrations/script-pay").json["webhook_url"]
        body = json.dumps({"id": "e", "type": "order.paid", "order": {"id": payment["provider_reference"], "reference": payment["reference"], "status": "paid", "currency": "USD", "captured": {"id": "x", "amount": "10.00"}, "refunds": []}}).encode()
        for headers in ({}, {"X-Signature": "sha256=00"}, {"X-Signature": "sha256=" + "0" * 64}):
            assert request("POST", url, body, headers).status == 400
        log = [row for row in s.get("/v1/payment-log?limit=200").json["data"] if row["integration"] == "script-pay"]
        assert any(row["kind"] == "refusal" and "not_authentic" in row["reason"] for row in log), log
        assert s.balance(customer) == "0.00"


def test_test_mode_says_what_it_would_do_and_books_nothing():
    with system() as s:
        found = s.get("/v1/numbers/search?integration=numbers-main&number=4420").json["data"]
        assert found[0] == {"did": "442079460000", "monthly_cost": "1.50", "currency": "USD", "city": "London"}, found
        would = s.post("/v1/numbers/allocate", {"integration": "numbers-main", "did": "+44 2079-460000".replace("+", "")}, key="a").json
        assert would["dry_run"] is True and would["would"]["act"] == "allocate" and would["would"]["company"] == "carrier-1", would
        assert s.get("/v1/numbers").json["data"] == []
        refused = s.post("/v1/numbers/allocate", {"integration": "numbers-main", "did": "999000"}, key="b")
        assert (refused.status, refused.json["provider_code"]) == (422, "404"), refused.body
        mail = "async function main(){ return require('cxSend').email({to:'a@example.com',subject:'Hi',text:'x'}) }"
        save(s, "mailer", mail, type="app")
        assert run(s, "mailer")["result"] == {"sent": False, "dry_run": True, "to": "a@example.com", "subject": "Hi"}


def test_a_number_is_allocated_once_and_booked_under_its_company():
    with system() as s:
        s.post("/v1/companies", {"id": "c1", "name": "Carrier", "kinds": ["carrier"]})
        assert s.get("/v1/companies").json["data"][0]["kinds"] == ["carrier"]
        assert s.post("/v1/companies", {"id": "c1", "name": "Carrier", "kinds": ["carrier"]}).json["code"] == "company_exists"
        save(s, "own-numbers", OWN_NUMBERS, mode="live", company="c1")
        body = {"integration": "own-numbers", "did": "44200"}
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: s.post("/v1/numbers/allocate", body, key="same"), range(8)))
        assert {answer.status for answer in answers} <= {201, 409}, [answer.body for answer in answers]
        done = s.post("/v1/numbers/allocate", body, key="same")
        assert done.status == 201 and done.json["company"] == "c1" and done.json["data"]["city"] == "Here", done.body
        assert s.post("/v1/numbers/allocate", body, key="other").json["code"] == "number_held"
        assert run(s, "own-numbers", "bought")["result"] == "1"
        compared = s.get("/v1/numbers/compare?integration=own-numbers").json
        assert compared["missing_here"] == compared["missing_there"] == [], compared
        released = s.post("/v1/numbers/release", body)
        assert (released.status, released.json["status"]) == (200, "released"), released.body
        assert s.post("/v1/numbers/release", body).json["status"] == "released"


def test_a_lost_answer_is_found_in_the_list():
    with system() as s:
        save(s, "own-numbers", OWN_NUMBERS, mode="live", company="c1")
        # The driver fails after it bought: the list knows.
        lost = s.post("/v1/numbers/allocate", {"integration": "own-numbers", "did": "44213"}, key="lost")
        assert (lost.status, lost.json["status"]) == (201, "held"), lost.body
        refused = s.post("/v1/numbers/allocate", {"integration": "own-numbers", "did": "44299"}, key="no")
        assert (refused.status, refused.json["provider_code"], refused.json["provider_message"]) == (422, "404", "No such number"), refused.body
        kept = s.post("/v1/numbers/allocate", {"integration": "own-numbers", "did": "44207"}, key="seven")
        assert kept.status == 201
        not_released = s.post("/v1/numbers/release", {"integration": "own-numbers", "did": "44207"})
        assert (not_released.status, not_released.json["code"]) == (409, "not_released"), not_released.body
        assert [row["did"] for row in s.get("/v1/numbers?status=held").json["data"]] == ["44207", "44213"]


def test_scripts_are_saved_in_versions_and_seen_at_once():
    with system() as s:
        save(s, "hello", "function main(d){ console.log('ran', d); return 'one' }", type="app")
        first = run(s, "hello", data={"a": 1})
        assert first["result"] == "one" and first["console"] == [{"level": "log", "text": 'ran {"a":1}'}], first
        save(s, "hello", "export function main(){ return 'two' }")
        assert run(s, "hello")["result"] == "two"
        assert s.get("/v1/scripts/hello").json["version"] == 2
        assert s.api("PUT", "/v1/scripts/Bad.Name", {"source": "x"}).json["code"] == "script_invalid"
        assert s.api("DELETE", "/v1/scripts/hello").status == 204
        assert s.post("/v1/scripts/hello/run").json["code"] == "integration_unavailable"


def test_a_script_reaches_only_what_it_may():
    with system() as s:
        source = """
        const { auth } = require('cxRest');
        module.exports = {
          outside: async () => (await fetch('https://evil.example/')).status,
          plain: async () => (await fetch('http://did.example.net/')).status,
          inside: async () => (await fetch('https://127.0.0.1/')).status,
          customers: async () => auth('me@example.com').get('customer'),
          pay: async () => auth().post('payment', { total: 100 }),
          secrets: async () => Object.keys(process.env).sort(),
          many: async () => { for (let i = 0; i < 30; i++) await fetch('https://did.example.net/v1/available').catch((e) => { throw e.cause ?? e }); },
        };"""
        save(s, "reach", source, type="app", allowed_hosts="did.example.net", variables="TOKEN=very-secret-token")
        s.customer("Ada")
        for function in ("outside", "plain", "inside"):
            assert run(s, "reach", function)["error"]["message"] == "fetch failed", function
        assert run(s, "reach", "customers")["result"][0]["name"] == "Ada"
        assert run(s, "reach", "pay")["error"]["code"] == 403
        assert run(s, "reach", "secrets")["result"] == ["APP_ID", "EXEC_HOST", "MODE", "SCRIPTFORGE_ID", "SCRIPTFORGE_NAME", "SCRIPTFORGE_UUID", "TOKEN"]
        assert "20 requests" in run(s, "reach", "many")["error"]["message"]
        shown = s.get("/v1/integrations/reach").body
        assert b"very-secret-token" not in shown
        assert b"very-secret-token" not in (s.folder / "host.log.err").read_bytes()


def test_hostile_scripts_disturb_nobody():
    with system() as s:
        save(s, "endless", "function main(){ for(;;); }", type="app", timeout_ms=1000, timeout_action="480 Timeout")
        save(s, "greedy", "function main(){ const a=[]; for(;;) a.push(new Array(100000).fill(1)); }", type="app")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            hostile = [pool.submit(run, s, name) for name in ("endless", "greedy", "endless", "greedy")]
            began = time.monotonic()
            for _ in range(50):
                assert s.get("/v1/payments?limit=1").status == 200
            assert time.monotonic() - began < 5
            ended = [one.result() for one in hostile]
        assert [one["status"] for one in ended[::2]] == ["expired", "expired"], ended
        assert ended[0]["error"] == {"code": 480, "message": "Timeout", "stack": ""}, ended[0]
        assert all(one["error"]["code"] in (408, 500) for one in ended[1::2]), ended
        assert run(s, "numbers-main", "list")["status"] == "succeeded"


class Smtp(socketserver.StreamRequestHandler):
    def handle(self):
        said, data = self.server.said, None
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            if data is not None:
                if line == b".\r\n":
                    said.append(b"".join(data))
                    data = None
                    self.wfile.write(b"250 ok\r\n")
                else:
                    data.append(line)
            elif line.upper().startswith(b"DATA"):
                data = []
                self.wfile.write(b"354 go\r\n")
            elif line.upper().startswith(b"QUIT"):
                return self.wfile.write(b"221 bye\r\n")
            else:
                self.wfile.write(b"250 ok\r\n")


def test_live_scripts_send_mail():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as server:
        server.said, server.daemon_threads = [], True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        config = (ROOT / "config" / "turnpike.yaml").read_text() + f'\nsmtp: {{ url: "smtp://127.0.0.1:{server.server_address[1]}", from: "billing@example.com" }}\n'
        with system(config=config) as s:
            save(s, "mailer", "const {email}=require('cxSend');async function main(d){return email(d)}", mode="live", type="app")
            sent = run(s, "mailer", data={"to": "ada@example.com", "subject": "Grüße", "text": "Hello", "html": "<b>Hello</b>"})
            assert sent["result"] == {"sent": True}, sent
            assert b"To: ada@example.com" in server.said[0] and b"multipart/alternative" in server.said[0] and b"=?utf-8?B?" in server.said[0], server.said
            injected = run(s, "mailer", data={"to": "ada@example.com\r\nBcc: eve@example.com", "subject": "x", "text": "y"})
            assert injected["error"]["code"] == 422, injected
        server.shutdown()


if __name__ == "__main__":
    sys.exit(run_all(globals()))
