"""Adds up what the stages wrote: lines "PASSED name", "FAILED name: why" and "SKIPPED name: reason" in *.txt, and
GoogleTest's own *.xml.  The last line is "N passed, N failed"; a failure, or with TURNPIKE_STRICT=1 a skip whose
reason is not in tests/allowed_skips, makes the exit code 1."""
import collections
import os
import pathlib
import sys
from xml.etree import ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent


def read_trials(folder):
    """Lines "TRIALS test | how many | failures" of the stages, as a table."""
    rows = [line.removeprefix("TRIALS ").split(" | ") for path in sorted(folder.glob("*.txt")) for line in path.read_text().splitlines() if line.startswith("TRIALS ")]
    for test, trials, failures in [("test", "trials", "failures"), *rows] if rows else []:
        print(f"{test:60} {trials:>10} {failures:>9}")


def read_text(path, passed, failed, skipped):
    for line in path.read_text().splitlines():
        word, _, rest = line.partition(" ")
        if word == "PASSED":
            passed.append(rest)
        elif word == "FAILED":
            failed.append(rest)
        elif word == "SKIPPED":
            skipped.append(rest.partition(": ")[2] or rest)


def read_gtest(path, passed, failed, skipped):
    """GoogleTest's XML: only there does a skip carry its reason."""
    for suite in ElementTree.parse(path).getroot():
        for test in suite:
            name = f'{path.stem}.{suite.get("name")}.{test.get("name")}'
            failure, skip = test.find("failure"), test.find("skipped")
            if failure is not None:
                failed.append(name + ": " + failure.get("message", "").splitlines()[0])
            elif skip is not None:
                skipped.append((skip.text or "no reason given").strip().splitlines()[-1])
            else:
                passed.append(name)


def main():
    passed, failed, skipped = [], [], []
    for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        (read_gtest if path.suffix == ".xml" else read_text)(path, passed, failed, skipped)
    read_trials(pathlib.Path(sys.argv[1]))
    allowed = [line.strip() for line in (ROOT / "tests/allowed_skips").read_text().splitlines() if line.strip() and not line.startswith("#")]
    if os.environ.get("TURNPIKE_STRICT") == "1":
        failed += [f"a skip that is not allowed: {reason}" for reason in sorted(set(skipped)) if reason not in allowed]
    for line in failed:
        print("FAILED", line)
    reasons = collections.Counter(skipped)
    print(f"{len(skipped)} skipped: " + ", ".join(f"{reason} x{count}" for reason, count in sorted(reasons.items())))
    print(f"{len(passed)} passed, {len(failed)} failed")
    return 1 if failed or not passed else 0


sys.exit(main())
