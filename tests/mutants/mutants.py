"""Changes the host in ways that must not pass, one by one, and asks the suite.  A mutant that survives is a test that is
missing.  Usage: mutants.py [RESULTS] [--only WORD...].  Each entry of mutants.json names the file, the text and what becomes
of it, and who must turn red: an area's unit tests, or the simulation."""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def target_of(area):
    return area if area == "simulation" else "unit_" + area


def run(args, **more):
    return subprocess.run([str(a) for a in args], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


class Copy:
    """The source in a folder of its own: what is changed there is nobody's."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="turnpike-mutants-"))
        self.source, self.build = self.folder / "source", self.folder / "build"
        for name in subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n"):
            if name and (ROOT / name).is_file():
                (self.source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self.source / name)
        made = run(["cmake", "-S", self.source, "-B", self.build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=None", "-DTURNPIKE_WEB=OFF", "-DTURNPIKE_WERROR=OFF"])
        assert made.returncode == 0, made.stdout

    def builds(self, targets):
        return run(["ninja", "-C", self.build, *targets])

    def is_red(self, area):
        program = [self.build / "tests/simulation/simulation", "--seeds", "40"] if area == "simulation" else [self.build / f"tests/unit/unit_{area}", "--gtest_brief=1", "--gtest_fail_fast"]
        try:
            return run(program, timeout=300).returncode != 0
        except subprocess.TimeoutExpired:
            return True

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def outcome(copy, mutant):
    """killed, survived, or why it is no mutant."""
    file = copy.source / mutant["file"]
    before = file.read_text()
    if before.count(mutant["from"]) != 1:
        return "its text does not stand in the file exactly once"
    file.write_text(before.replace(mutant["from"], mutant["to"]))
    try:
        built = copy.builds([target_of(mutant["by"])])
        if built.returncode != 0:
            return "it does not compile: " + next((line for line in built.stdout.split("\n") if "error" in line), "")
        return "killed" if copy.is_red(mutant["by"]) else "survived"
    finally:
        file.write_text(before)
        os.utime(file, None)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="+", default=[""])
    parser.add_argument("results", nargs="?")
    args = parser.parse_args()
    mutants = [m for m in json.loads((ROOT / "tests" / "mutants" / "mutants.json").read_text()) if any(word in m["name"] or word == m["by"] for word in args.only)]
    copy, lines = Copy(), []
    try:
        areas = sorted({m["by"] for m in mutants})
        built = copy.builds([target_of(area) for area in areas])
        assert built.returncode == 0, built.stdout[-2000:]
        red = [area for area in areas if copy.is_red(area)]
        assert not red, f"without any change these are red: {red}"
        for mutant in mutants:
            began = time.monotonic()
            found = outcome(copy, mutant)
            print(f"   {mutant['name']:48} {mutant['by']:10} {found} ({time.monotonic() - began:.0f} s)", flush=True)
            lines.append(f"PASSED mutant: {mutant['name']}" if found == "killed" else f"FAILED mutant: {mutant['name']}: {found}")
    finally:
        copy.close()
    with open(args.results, "a") if args.results else sys.stdout as out:
        print("\n".join(lines), file=out)
    return 1 if any(line.startswith("FAILED") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
