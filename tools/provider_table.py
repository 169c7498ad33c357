"""The README's table of providers and what each can do, made from the manifests.

Usage: provider_table.py [--write|--check]   without either, the table is printed; --check exits 1 where the README differs."""
import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- providers: begin (tools/provider_table.py --write) -->", "<!-- providers: end -->"
COLUMNS = {
    "Pay": "payment.create", "Capture later": "payment.capture", "Cancel": "payment.void", "Refund": "refund.create",
    "Webhook": "webhook.handle", "Sets its webhook up": "webhook.register", "Lists for `prove`": "transactions.list", "*Test*": "config.check",
}


def manifests():
    found = [json.loads(f.read_text()) for f in sorted(ROOT.glob("plugins/*/*.provider.json"))]
    return sorted(found, key=lambda m: (m["category"] != "payment", m["name"].lower()))


def currencies(manifest):
    codes = [one["code"] for one in manifest.get("currencies", [])]
    if not codes:
        return "-"
    return ", ".join(codes) if len(codes) <= 3 else f"{len(codes)}"


def row(manifest):
    operations = {one["name"].split("/")[0]: one for one in manifest["operations"]}

    def mark(name):
        one = operations.get(name)
        return "" if one is None else "in full" if one.get("partial") is False else "yes"
    fee = "yes" if manifest.get("fee_source") else ""
    return [f"[{manifest['name']}](plugins/{manifest['id']}/README.md)", *map(mark, COLUMNS.values()), fee, currencies(manifest)]


def table():
    head = ["Provider", *COLUMNS, "Reports its fee", "Currencies"]
    payments = [one for one in manifests() if one["category"] in ("payment", "manual")]
    lines = [head, ["---"] * len(head), *map(row, payments)]
    text = "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
    others = [f"{one['category'].replace('_', ' ')}: [{one['name']}](plugins/{one['id']}/README.md)" for one in manifests() if one not in payments]
    return text + "".join(f"\n\nAlso, {one}." for one in others)


def with_table(text):
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n" + table() + "\n" + END + rest.split(END)[1]


def main(arguments):
    if not arguments:
        print(table())
        return 0
    text = README.read_text()
    if arguments == ["--write"]:
        README.write_text(with_table(text))
        return 0
    return 0 if with_table(text) == text else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
