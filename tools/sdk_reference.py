#!/usr/bin/env python3
"""Makes sdk/docs/reference.md from the public headers, or says whether it is as they are.

    tools/sdk_reference.py [--write]"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ROOT / "sdk" / "include" / "turnpike"
PAGE = ROOT / "sdk" / "docs" / "reference.md"
ORDER = ["op", "request", "answer", "headers", "json", "json_writer", "money", "observation", "proof", "error", "form", "config", "host", "next", "task", "text", "time", "provider"]


def c_sections(text):
    """The header's parts, each under the line that names it."""
    body = text[text.index("/* ---- HTTP"):text.index("TPK_ASSERT_(header")]
    parts = re.split(r"/\* -+ (.+?) -+ \*/\n", body)
    for name, code in zip(parts[1::2], parts[2::2]):
        yield name[0].upper() + name[1:], code.strip()


def declaration(lines):
    """The first declaration in these lines, without its body."""
    text = ""
    for line in lines:
        text += " " + line.strip().replace("= {}", "= \"\"")
        if re.search(r"[;{]|\)\s*$", line):
            break
    text = re.split(r"\s*\{|;| : ", text.strip())[0]
    return re.sub(r"\s+", " ", text).replace("[[nodiscard]] ", "")


def documented(text):
    """Each declaration that has a comment of its own, with the comment."""
    lines = text.splitlines()
    private, i = False, 0
    while i < len(lines):
        line = lines[i].strip()
        if line == "private:":
            private = True
        if re.match(r"(class|struct) \w+", line) or line == "public:":
            private = False
        if not line.startswith("/// "):
            i += 1
            continue
        comment = []
        while lines[i].strip().startswith("///"):
            comment.append(lines[i].strip()[3:].strip())
            i += 1
        if not private:
            yield declaration(lines[i:]), " ".join(comment)


def page():
    c = (HEADERS / "provider.h").read_text()
    out = ["# Reference of the headers", "", "Made from [../include/turnpike](../include/turnpike) by `tools/sdk_reference.py --write`.", "",
           "## provider.h: the C interface", ""]
    for name, code in c_sections(c):
        out += [f"### {name}", "", "```c", code, "```", ""]
    out += ["## The C++ wrapper", ""]
    for name in ORDER:
        rows = list(documented((HEADERS / f"{name}.hpp").read_text()))
        if not rows:
            continue
        out += [f"### {name}.hpp", ""]
        out += [f"- `{what}`: {comment}" for what, comment in rows if what]
        out.append("")
    return "\n".join(out).rstrip() + "\n"


def main():
    made = page()
    if "--write" in sys.argv:
        PAGE.write_text(made)
        return 0
    same = PAGE.exists() and PAGE.read_text() == made
    print("sdk/docs/reference.md is as the headers are" if same else "sdk/docs/reference.md differs from the headers: run tools/sdk_reference.py --write")
    return 0 if same else 1


sys.exit(main())
