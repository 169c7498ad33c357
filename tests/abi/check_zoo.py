"""Holds `turnpike-plugin check` to the zoo and to the bundled plugins; prints a table and PASSED/FAILED lines."""
import concurrent.futures
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BUILD = pathlib.Path(sys.argv[1])
TOOL = BUILD / "tools" / "plugin" / "turnpike-plugin"


def check(file, fixtures):
    args = [TOOL, "check", file, "--fixtures", fixtures, "--scripts", ROOT / "config" / "scripts", "--json"]
    done = subprocess.run([str(a) for a in args], capture_output=True, text=True, timeout=600)
    try:
        claims = json.loads(done.stdout)["claims"]
    except ValueError:
        return None, done.stdout + done.stderr
    return {c["claim"]: c["wrong"] for c in claims if c["ending"] == "broken"}, ""


def animal(item):
    name, claim = item
    broken, trouble = check(BUILD / "tests" / "abi" / "zoo" / name / f"{name}.so", ROOT / "tests" / "abi" / "zoo" / "fixtures")
    found = broken is not None and (claim in broken if claim else not broken)
    first = (broken or {}).get(claim, [trouble])[0] if claim else ""
    return name, claim, found, first if found else f"{trouble}{broken}"


def main():
    zoo = json.loads((ROOT / "tests" / "abi" / "zoo" / "zoo.json").read_text())
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, claim, found, first in pool.map(animal, zoo.items()):
            print(f"{name:20} {claim or '-':18} {'found' if claim else 'holds'} {first[:110]}" if found else f"{name:20} {claim} MISSED")
            print(f"{'PASSED' if found else 'FAILED'} zoo.{name}" + ("" if found else f": {first[:300]}"))
    for folder in sorted((BUILD / "plugins").iterdir()):
        if not (folder / f"{folder.name}.so").exists():
            continue
        broken, trouble = check(folder / f"{folder.name}.so", ROOT / "plugins" / folder.name / "fixtures")
        fine = broken == {}
        print(f"{'PASSED' if fine else 'FAILED'} check.{folder.name}" + ("" if fine else f": {str(broken)[:300]}{trouble[:200]}"))


main()
