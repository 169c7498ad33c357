"""A provider written with nothing but the installed SDK, in an empty folder: begun, built, checked, recorded, signed, packed,
enabled by YAML where signatures are required, and paid in a worker."""
import json
import os
import subprocess
import sys
import tarfile

import plugin_author
from harness import System, run_all, system
from plugin_author import PLACE, run


def tool(*args, code=0):
    program = plugin_author.installed() / "bin" / "turnpike-plugin"
    done = subprocess.run([str(program), *[str(a) for a in args]], capture_output=True, text=True, timeout=300, cwd=PLACE)
    assert done.returncode == code, f"{args}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def begun(name, lang):
    tool("new", name, "--lang", lang, "--to", PLACE / "src")
    return plugin_author.built(PLACE / "src" / name, name) / name


def test_what_new_writes_builds_and_is_what_check_asks_for():
    plugin_author.installed()
    for name, lang in (("my_pay", "cpp"), ("plain_pay", "c")):
        folder = begun(name, lang)
        report = json.loads(tool("check", folder / f"{name}.so", "--fixtures", PLACE / "src" / name / "fixtures", "--json"))
        assert report["broken"] == 0 and len(report["claims"]) >= 17, report
        assert {c["ending"] for c in report["claims"]} == {"holds"}, report
    assert "small letters" in tool("new", "My-Pay", code=2)
    assert "is there already" in tool("new", "my_pay", "--to", PLACE / "src", code=2)


def test_inspect_shows_a_plugin_without_running_it():
    folder = plugin_author.examples()
    shown = json.loads(tool("inspect", folder / "acme", "--json"))
    assert shown["id"] == "acme" and shown["refused"] is None and shown["egress"]["test"] == ["api.acme.example"], shown
    assert "api_key (secret) (required)" in shown["settings"] and len(shown["sha256"]) == 64, shown
    assert "is no plugin" in tool("inspect", PLACE / "nowhere.so", code=2)


def test_record_writes_a_masked_fixture_that_check_replays():
    folder = plugin_author.examples()
    settings, given, out = PLACE / "settings.json", PLACE / "input.json", PLACE / "recorded"
    out.mkdir(exist_ok=True)
    settings.write_text(json.dumps({"api_key": "acme_key_turnpike", "webhook_key": "acme_hook_turnpike"}))
    money = {"minor": "1059", "exponent": 2, "currency": "USD"}
    given.write_text(json.dumps({"payment": "pay_1", "reference": "recorded00000001", "amount": money, "total": money, "return_url": "https://host.example/return"}))
    with system() as s:
        said = tool("record", folder / "acme", "--operation", "payment.create/1", "--settings", settings, "--input", given, "--sandbox", s.sandbox_url, "--out", out / "create.json")
        assert "1 events, then done" in said, said
    text = (out / "create.json").read_text()
    assert "acme_key_turnpike" not in text and "fixture-api_key" in text, text
    report = json.loads(tool("check", folder / "acme", "--fixtures", out, "--claim", "fixtures", "--json"))
    assert report["broken"] == 0, report


def test_a_signed_package_is_enabled_by_yaml_and_paid_in_a_worker():
    folder = plugin_author.examples() / "acme"
    for name in ("author", "stranger"):
        if not (PLACE / f"{name}.key").exists():
            tool("keygen", PLACE / name)
    assert (PLACE / "author.key").stat().st_mode & 0o077 == 0
    assert "there already" in tool("keygen", PLACE / "author", code=3)
    tool("sign", folder, "--key", PLACE / "author.key")
    assert "fits this key" in tool("verify", folder, "--key", PLACE / "author.pub")
    assert "does NOT fit" in tool("verify", folder, "--key", PLACE / "stranger.pub", code=1)
    packed = tool("package", folder, "--to", PLACE).split()[0]
    first = open(packed, "rb").read()
    tool("package", folder, "--to", PLACE)
    assert open(packed, "rb").read() == first, "the same files give the same archive"
    site = PLACE / "site"
    site.mkdir(exist_ok=True)
    with tarfile.open(packed) as archive:
        assert sorted(archive.getnames()) == ["acme/acme.provider.json", "acme/acme.sig", "acme/acme.so"], archive.getnames()
        archive.extractall(site)

    def config(key):
        pem = "\n".join("      " + line for line in (PLACE / f"{key}.pub").read_text().splitlines())
        return f"""
server: {{ environment: development, listen: "127.0.0.1:0" }}
sandbox: {{ url: "http://127.0.0.1:1" }}
plugins:
  directories: [{site}]
  require_signature: true
  trusted_keys:
    - |
{pem}
integrations:
  - {{ id: acme-main, provider: acme, mode: test, currencies: [USD], settings: {{ api_key: acme_key_turnpike, webhook_key: acme_hook_turnpike }} }}
"""
    with system(config=config("author")) as s:
        customer = s.customer()
        payment = s.create(customer, integration="acme-main")
        s.press(payment)
        s.wait_status(payment["id"], "succeeded")
        assert s.balance(customer) == "10.00"
        s.verify_and_prove()
        # What came with the host needs no signature.
        assert len([p for p in s.get("/v1/providers").json["providers"]]) > 10
    with system(config=config("stranger")) as s:
        assert "fits none of plugins.trusted_keys" in s.get("/v1/integrations/acme-main").json["unavailable"]
    (site / "acme" / "acme.sig").rename(PLACE / "kept.sig")
    with system(config=config("author")) as s:
        assert "turnpike-plugin sign" in s.get("/v1/integrations/acme-main").json["unavailable"]
        assert s.get("/v1/integrations").status == 200
    (PLACE / "kept.sig").rename(site / "acme" / "acme.sig")
    (site / "acme" / "acme.provider.json").write_text((site / "acme" / "acme.provider.json").read_text() + "\n")
    with system(config=config("author")) as s:
        assert "fits none of plugins.trusted_keys" in s.get("/v1/integrations/acme-main").json["unavailable"]


if __name__ == "__main__":
    code = run_all(globals())
    plugin_author.forget()
    sys.exit(code)
