"""The house's style as a program: each finding says what to do.  Usage: style_test.py [RESULTS]"""
import json
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FILE_MAX, TEST_FILE_MAX, FUNCTION_MAX, MEDIAN_MAX = 500, 800, 70, 100

# Areas of host/ and what each may include (host/CMakeLists.txt says the same to the linker).
ORDER = {
    "base": [], "json": ["base"], "money": ["base"], "config": ["json", "money"], "store": ["json", "money"], "events": ["store"],
    "ledger": ["store"], "plugins": ["config"], "worker": ["plugins"], "exchange": ["plugins"], "payments": ["exchange", "ledger", "events"], "http": ["json"],
    "identity": ["payments"], "twofactor": ["identity"], "accounting": ["payments"], "scripting": ["payments"], "outgoing": ["payments"], "app": ["twofactor", "accounting", "scripting", "outgoing", "worker", "http"],
}

BANNED = [
    (r"for \(.* : \*[^)]*\.all\(\)\)", r"$^", "keep what all() gave in a variable: a range-for forgets the owner of what it walks over"),
    (r"\bstd::getenv\b|[^_]\bgetenv\(", r"host/config/references\.cpp|host/app/serve\.cpp|tests/", "read the environment in host/config only"),
    (r"system_clock::now", r"host/base/clock\.cpp|tools/sandbox/|tests/", "take time from a Clock"),
    (r"\bstd::(cout|cerr)\b", r"tests/|tools/|sdk/testing/", "print in commands with printf, log with host/app/log.hpp"),
    (r"\bdlopen\(", r"tests/|sdk/testing/", "load plugins with host/plugins/load.hpp"),
    (r"HTTPSClientSession", r"$^", "speak outward through host/exchange"),
    (r"\b(double|float)\b", r"host/http/|tools/sandbox/core/|tests/|sdk/testing/|sdk/include/turnpike/provider\.h", "money is an int64 of minor units"),
    (r"\bmemcmp\([^)]*(mac|digest|hash|secret|signature)", r"$^", "compare digests with equal_constant_time"),
    (r"\b(TODO|FIXME|XXX:)", r"tests/style/", "finish it, or say in the docs what is missing"),
    (r"/(work|home|root|Users)/[a-z]", r"tests/style/|\.md$", "no machine paths: take them from the build"),
]


def files(*patterns):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [p for p in listed if p and re.search("|".join(patterns), p) and (ROOT / p).exists()]


def sources():
    return files(r"^(host|sdk|plugins|tools|tests)/.*\.(cpp|hpp|h|c)$")


def lines_of(path):
    return (ROOT / path).read_text(errors="replace").splitlines()


def check_lengths():
    lengths = []
    for path in sources():
        n = len(lines_of(path))
        lengths.append(n)
        most = TEST_FILE_MAX if "/tests/" in path or path.startswith("tests/") else FILE_MAX
        if n > most:
            yield f"{path} has {n} lines, at most {most}: split it by concept"
    median = statistics.median(lengths)
    if median > MEDIAN_MAX:
        yield f"the median file has {median} lines, at most {MEDIAN_MAX}: split the large ones"


def check_functions():
    command = ["ctags", "--output-format=json", "--fields=+ne", "--languages=C++,C", "--kinds-C++=f", "--kinds-C=f", "-o", "-", *sources()]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        tag = json.loads(line)
        length = tag.get("end", tag["line"]) - tag["line"] + 1
        if length > FUNCTION_MAX:
            yield f'{tag["path"]}:{tag["line"]}: {tag["name"]} has {length} lines, at most {FUNCTION_MAX}: give its parts names'


def check_banned():
    for path in sources():
        for number, line in enumerate(lines_of(path), 1):
            if line.lstrip().startswith("*"):
                continue
            code = line.split("//")[0] if not re.search(r"TODO|FIXME", line) else line
            for pattern, excepted, advice in BANNED:
                if re.search(pattern, code) and not re.search(excepted, path):
                    yield f"{path}:{number}: {advice}"


def allowed_areas(area):
    seen, todo = {area}, list(ORDER.get(area, []))
    while todo:
        one = todo.pop()
        if one not in seen:
            seen.add(one)
            todo += ORDER[one]
    return seen


def check_directions():
    for path in files(r"^host/[a-z]+/.*\.(cpp|hpp)$"):
        area = path.split("/")[1]
        for number, line in enumerate(lines_of(path), 1):
            found = re.match(r'#include "host/([a-z]+)/', line)
            if found and found.group(1) not in allowed_areas(area):
                yield f"{path}:{number}: host/{area} must not know host/{found.group(1)}; dependencies point down"


def check_independence():
    for path in files(r"^tools/sandbox/.*\.(cpp|hpp)$"):
        for number, line in enumerate(lines_of(path), 1):
            if re.match(r'#include [<"](host|sdk|plugins|turnpike)/', line):
                yield f"{path}:{number}: the sandbox shares nothing with what it judges"


def check_headers():
    for path in files(r"^(host|sdk|plugins|tools|tests)/.*\.hpp$"):
        if "#pragma once" not in (ROOT / path).read_text():
            yield f"{path}: begin with #pragma once"


def check_manifests():
    for path in files(r"^plugins/[a-z_]+/CMakeLists\.txt$"):
        folder = ROOT / path
        name = folder.parent.name
        if not (folder.parent / "README.md").exists():
            yield f"plugins/{name}: write README.md"


def check_provider_table():
    command = [sys.executable, str(ROOT / "tools/provider_table.py"), "--check"]
    if subprocess.run(command, check=False).returncode != 0:
        yield "README.md: its table of providers is not what the manifests say: run python3 tools/provider_table.py --write"


def check_error_codes():
    known = set(re.findall(r"`([a-z0-9_]+)`", (ROOT / "host/docs/errors.md").read_text()))
    call = re.compile(r"(?:problem|failure|refuse|reject)\((?:4|5)[0-9][0-9], \"([a-z0-9_]+)\"")
    for path in files(r"^host/.*\.(cpp|hpp)$"):
        for code in call.findall((ROOT / path).read_text()):
            if code not in known:
                yield f"{path} answers with the code {code}: explain it in host/docs/errors.md"


def check_sdk_reference():
    done = subprocess.run([sys.executable, str(ROOT / "tools/sdk_reference.py")], capture_output=True, text=True)
    if done.returncode:
        yield "sdk/docs/reference.md: it is not what the headers say: run python3 tools/sdk_reference.py --write"


def check_told_names():
    """Events and metrics that a program waits for stand in their documents."""
    for document, call in (("events.md", r"events::emit\([^;]*?\"([a-z_]+\.[a-z_]+)\""), ("metrics.md", r"\"(turnpike_[a-z_]+)\", \"(?:counter|gauge)\"")):
        known = set(re.findall(r"`([a-z0-9_.]+)`", (ROOT / "host/docs" / document).read_text()))
        for path in files(r"^host/.*\.cpp$"):
            for name in re.findall(call, (ROOT / path).read_text()):
                if name not in known:
                    yield f"{path} tells of {name}: explain it in host/docs/{document}"


CHECKS = [check_lengths, check_functions, check_banned, check_directions, check_independence, check_headers, check_manifests, check_provider_table,
          check_error_codes, check_told_names, check_sdk_reference]


def main():
    out = open(sys.argv[1], "a") if len(sys.argv) > 1 else sys.stdout
    failed = 0
    for check in CHECKS:
        findings = list(check())
        for finding in findings:
            print(finding)
        failed += bool(findings)
        word, rest = ("FAILED", f": {findings[0]}") if findings else ("PASSED", "")
        print(f"{word} style.{check.__name__}{rest}", file=out)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
