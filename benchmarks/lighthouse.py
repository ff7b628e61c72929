"""Lighthouse over the pages that readers, buyers and donors meet first. Talks to loopback only."""

import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from tests.plugins.browsers import ARGUMENTS, executable
from tests.plugins.processes import ROOT

from .pages import fetch

COMMAND = ROOT / ".cache/node/node_modules/lighthouse/cli/index.js"
GOALS = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
RUNS = 3
RUN_SECONDS = 120
ALL_SECONDS = 1500
# A demonstration asks search engines to stay away, as robots.txt says; that is no fault.
LEFT_OUT = "is-crawlable"


def absent() -> str:
    """Return what is missing for it, "" if nothing is."""
    if not COMMAND.exists():
        return "no lighthouse (.ci/run installs it)"
    if not shutil.which("node"):
        return "no node"
    return "" if executable() else "no Chromium"


def paths(address: str) -> dict[str, str]:
    """Return the pages: name -> path."""
    product = re.search(r'href="(/en/shop/p/[^"]+)"', fetch(address, "/en/shop/"))
    found = {
        "home": "/en/",
        "understand": "/en/understand/",
        "facts": "/en/facts/",
        "help": "/en/help/",
        "shop": "/en/shop/",
        "give": "/en/give/",
    }
    return {**found, "product": product[1]} if product else found


def _quoted(argument: str) -> str:
    name, equals, value = argument.partition("=")
    return f'{name}="{value}"' if equals else name


def run(url: str, *, folder: Path) -> dict[str, object]:
    """Return the report of one run, mobile. Raises RuntimeError where it fails."""
    report = folder / "report.json"
    report.unlink(missing_ok=True)
    flags = ["--headless=new", f"--user-data-dir={folder / 'profile'}", *ARGUMENTS]
    done = subprocess.run(
        [
            "node",
            str(COMMAND),
            url,
            "--quiet",
            "--no-enable-error-reporting",
            "--output=json",
            f"--output-path={report}",
            f"--only-categories={','.join(GOALS)}",
            f"--skip-audits={LEFT_OUT}",
            f"--chrome-flags={' '.join(map(_quoted, flags))}",
        ],
        env={**os.environ, "CHROME_PATH": executable(), "CI": "1"},
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    if not report.exists():
        raise RuntimeError(f"{url}: {done.stderr[-500:] or done.returncode}")
    return json.loads(report.read_text())


def scores(report: dict) -> dict[str, int]:
    """Return {category: 0 to 100}."""
    return {name: round((report["categories"][name]["score"] or 0) * 100) for name in GOALS}


def faults(report: dict) -> list[str]:
    """Return the audits that cost points elsewhere than in performance."""
    found = []
    for name in GOALS:
        for audit in report["categories"][name]["auditRefs"] if name != "performance" else []:
            score = report["audits"][audit["id"]]["score"]
            if audit["weight"] and score is not None and score < 1:
                found.append(audit["id"])
    return found


def measure(address: str, *, runs: int = RUNS) -> bool:
    """Print the median of each score, page by page; return whether all goals are met."""
    end, is_met = time.monotonic() + ALL_SECONDS, True
    print(f"{'page':14}" + "".join(f"{name:>16}" for name in GOALS))
    with tempfile.TemporaryDirectory(prefix="weintl-lighthouse-") as name:
        for page, path in paths(address).items():
            found: list[dict[str, int]] = []
            told: set[str] = set()
            for _ in range(runs):
                if time.monotonic() > end:
                    raise RuntimeError(f"Lighthouse took more than {ALL_SECONDS} s.")
                report = run(f"{address}{path}", folder=Path(name))
                found.append(scores(report))
                told.update(faults(report))
            middle = {goal: round(statistics.median(one[goal] for one in found)) for goal in GOALS}
            missed = [goal for goal, least in GOALS.items() if middle[goal] < least]
            is_met = is_met and not missed
            words = f"  MISSED {', '.join(missed)} {sorted(told) or ''}" if missed else ""
            print(f"{page:14}" + "".join(f"{middle[goal]:16}" for goal in GOALS) + words)
    return is_met
