"""Everything the SDK's pages show is true: programs compile, files are what they say, commands are run."""
import json
import os
import re
import subprocess
import sys

import plugin_author
from harness import HOST, ROOT, run_all
from plugin_author import PLACE, run

DOCS = ROOT / "sdk" / "docs"
BLOCK = re.compile(r"(?:^`(?P<file>[\w./]+)`[^\n]*\n\n)?^```(?P<lang>\w*)\n(?P<text>.*?)^```$", re.M | re.S)


def blocks(page):
    return [(m["file"], m["lang"], m["text"]) for m in BLOCK.finditer((DOCS / page).read_text())]


def test_every_program_on_the_pages_compiles():
    include = plugin_author.installed() / "include"
    work = PLACE / "snippets"
    work.mkdir(exist_ok=True)
    tried = 0
    for page in sorted(DOCS.glob("*.md")):
        for n, (file, lang, text) in enumerate(blocks(page.name)):
            if lang != "cpp" or file:
                continue
            source = work / f"{page.stem}_{n}.cpp"
            source.write_text(text)
            done = subprocess.run(["g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", f"-I{include}", str(source)], capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, f"{page.name}:\n{done.stderr[:2000]}"
            tried += 1
    assert tried >= 4, tried


def test_every_json_on_the_pages_is_json():
    tried = 0
    for page in sorted(DOCS.glob("*.md")):
        for _, lang, text in blocks(page.name):
            if lang == "json":
                json.loads(text if text.lstrip().startswith("{") else "{" + text + "}")
                tried += 1
    assert tried >= 4, tried


def test_the_first_provider_is_built_checked_signed_and_packed_as_the_page_says():
    prefix = plugin_author.installed()
    work = PLACE / "tutorial"
    work.mkdir(exist_ok=True)
    shells = []
    for file, lang, text in blocks("first-provider.md"):
        if file:
            (work / file).parent.mkdir(parents=True, exist_ok=True)
            (work / file).write_text(text)
        elif lang == "sh":
            shells.append(text)
    source = (work / "tiny_pay" / "tiny_pay.cpp").read_text().splitlines()
    assert len(source) <= 66, f"60 lines are promised, there are {len(source)}"
    environment = {**os.environ, "PATH": f"{prefix}/bin:{os.environ['PATH']}", "CMAKE_PREFIX_PATH": str(prefix)}
    for shell in shells:
        done = subprocess.run(["bash", "-e", "-c", shell], cwd=work, env=environment, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, f"{shell}\n{done.stdout}{done.stderr}"
    assert (work / "tiny_pay-1.0.0.tar.gz").exists()


def test_the_configuration_on_the_page_about_publishing_is_accepted():
    directory = plugin_author.examples()
    (text,) = [text for _, lang, text in blocks("publishing.md") if lang == "yaml"]
    config = PLACE / "published.yaml"
    text = text.replace("/var/lib/turnpike/plugins", str(directory)).replace("require_signature: true", "require_signature: false")
    config.write_text("server: { environment: development }\n" + re.sub(r'    sha256: "\.\.\.".*\n', "", text))
    run(HOST, "check", "--config", config)


if __name__ == "__main__":
    code = run_all(globals())
    plugin_author.forget()
    sys.exit(code)
