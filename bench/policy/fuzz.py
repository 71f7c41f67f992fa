"""Feeds the fuzzer with good policies and schemas, runs it, and passes its `name=value` lines on.

The fuzzer counts a text as a hang when it takes more than a second of its own processor time. A text that never ends
would keep it from saying so: two minutes after its time is over, it is stopped, and that counts as a hang as well.
"""

import argparse
import random
import subprocess
import sys

from generator import Generator
from syntax_cases import POLICIES
from validation import SCHEMA, SCHEMAS


GRACE_SECONDS = 120


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the cedar-bench executable")
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    generator = Generator(random.Random(options.seed))
    texts = [generator.policy() for _ in range(200)] + [generator.template()[0] for _ in range(20)]
    texts += [text for text in POLICIES + SCHEMAS if "\n" not in text] + [" ".join(SCHEMA.split())]
    try:
        run = subprocess.run([options.program, "fuzz", str(options.seconds), str(options.seed)],
                             input="\n".join(texts) + "\n", capture_output=True, text=True, check=False,
                             timeout=options.seconds + GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        sys.exit("policy_fuzz_hangs=1\nthe parser did not come back from a text: see it with this seed in a debugger")
    print(run.stdout, end="")
    print(f"policy_fuzz_crashes={int(run.returncode != 0)}")
    if run.returncode != 0 or "policy_fuzz_hangs=0" not in run.stdout:
        print(run.stderr[-4000:], file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
