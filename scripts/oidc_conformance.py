"""Every conformance case of sign-on with the outcome of the tests that prove it; a table, then `passed=N failed=M`.

    python scripts/oidc_conformance.py [--configuration debug]

The cases are in Tests/BedelIdentityTests/Conformance/cases.tsv: section, case, proof, and the reason where a case does
not apply to Bedel. A proof is `Suite.function`, of BedelIdentityTests unless another target stands before it, with the
text by which the case is found in that file. The tests run once. A case fails when one of its tests failed, did not run,
was skipped, or has not got that text; one that does not apply counts as neither.
"""

import argparse
import collections
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CASES = ROOT / "Tests/BedelIdentityTests/Conformance/cases.tsv"
PROOF = re.compile(r'(?:(\w+)\.)?(\w+)\.(\w+)(?: "(.*)")?')


class Proof:
    def __init__(self, text):
        match = PROOF.fullmatch(text)
        if not match:
            raise SystemExit(f"{CASES.name}: “{text}” is no proof")
        self.target = match[1] or "BedelIdentityTests"
        self.suite, self.function, self.words = match[2], match[3], match[4]

    @property
    def key(self):
        return self.target, self.suite, self.function

    @property
    def filter(self):
        return rf"^{self.target}\.{self.suite}/{self.function}\("

    def has_words(self):
        """Whether the case stands in the file of its suite."""
        if self.words is None:
            return True
        for file in (ROOT / "Tests" / self.target).rglob("*.swift"):
            text = file.read_text()
            if re.search(rf"\bstruct {self.suite}\b", text) and self.words in text:
                return True
        return False


def read_cases():
    rows = [line.split("\t") for line in CASES.read_text().splitlines()[1:] if line]
    return [(section, case, [Proof(text) for text in proof.split("; ") if text], reason)
            for section, case, proof, reason in rows]


def run(proofs, configuration):
    """Runs the tests once: what became of each, and what they printed."""
    filters = [part for key in sorted({proof.filter for proof in proofs}) for part in ("--filter", key)]
    with tempfile.TemporaryDirectory() as place:
        report = Path(place) / "tests.xml"
        command = ["swift", "test", "--skip-build", "--configuration", configuration,
                   "--experimental-maximum-parallelization-width", "4", "--xunit-output", str(report), *filters]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        # The first file is of another framework, and has none of these.
        results = report.with_name("tests-swift-testing.xml")
        if not results.exists():
            raise SystemExit(f"the tests did not run:\n{done.stdout[-4000:]}")
        return outcomes(results), done.stdout


def outcomes(report):
    found = {}
    for test in ElementTree.parse(report).iter("testcase"):
        target, _, suite = test.get("classname").partition(".")
        key = target, suite, test.get("name").partition("(")[0]
        if test.find("skipped") is not None:
            found[key] = "skipped"
        elif test.find("failure") is not None or test.find("error") is not None:
            found[key] = "failed"
        else:
            found.setdefault(key, "passed")
    return found


def judge(proofs, found):
    """`passed`, or what is wrong."""
    if not proofs:
        return "no test"
    for proof in proofs:
        outcome = found.get(proof.key, "did not run")
        if outcome != "passed":
            return f"{proof.suite}.{proof.function} {outcome}"
        if not proof.has_words():
            return f"{proof.suite} does not have “{proof.words}”"
    return "passed"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--configuration", default="debug")
    options = parser.parse_args()
    cases = read_cases()
    found, output = run([proof for _, _, proofs, _ in cases for proof in proofs], options.configuration)
    count = collections.Counter()
    last = None
    for section, case, proofs, reason in cases:
        if section != last:
            print(f"\n{section}")
            last = section
        verdict = "not applicable" if reason else judge(proofs, found)
        count[verdict if verdict in ("passed", "not applicable") else "failed"] += 1
        print(f"  {case:<66} {verdict}" + (f": {reason}" if reason else ""))
    print()
    for line in sorted(set(re.findall(r"^wycheproof .*$", output, re.MULTILINE))):
        print(line)
    print(f"tests={len(found)} not_applicable={count['not applicable']}")
    print(f"passed={count['passed']} failed={count['failed']}")
    if count["failed"]:
        print(output[-20_000:], file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
