"""Asks Bedel's engine and the reference engine the same questions and counts the answers that differ.

An answer is the decision, the policies that decided it and the policies that were skipped for an error. Prints
`name=value` lines. The seed is printed; give it again to see the same cases.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys

import cedarpy

from generator import ENTITIES, Generator
from syntax_cases import CONDITIONS, POLICIES
from values import as_json, entities_json, text, uid

OPERATORS = """
when unless scope¦any scope¦== scope¦in scope¦is scope¦is¦in action¦any action¦== action¦in action¦in¦[] template if && ||
! == != < <= > >= + - * negate in has has¦a.b like is is¦in attribute index set record variable contains containsAll
containsAny isEmpty getTag hasTag decimal ip datetime duration lessThan lessThanOrEqual greaterThan greaterThanOrEqual
isIpv4 isIpv6 isLoopback isMulticast isInRange offset durationSince toDate toTime toMilliseconds toSeconds toMinutes
toHours toDays
""".split()


class Case:
    """Some policies, a store, and the requests to both."""

    def __init__(self, policies, entities, requests, links=()):
        self.policies, self.entities, self.requests, self.links = policies, entities, requests, links

    def lines(self):
        yield f"policies\t{self.policies}"
        for template, new_id, principal, resource in self.links:
            yield "\t".join(["link", template, new_id, uid(principal) if principal else "-",
                             uid(resource) if resource else "-"])
        for entity in self.entities:
            parents = "[" + ", ".join(map(uid, entity["parents"])) + "]"
            yield "\t".join(["entity", uid(entity["uid"]), text(("record", entity["attrs"])), parents,
                             text(("record", entity["tags"]))])
        yield "store"
        for request in self.requests:
            yield "\t".join(["request", uid(request["principal"]), uid(request["action"]), uid(request["resource"]),
                             text(("record", request["context"]))])

    def reference(self):
        """What cedarpy answers: (decision, reasons, skipped, microseconds) for each request."""
        policies = cedarpy.PolicySet.from_str(self.policies)
        for template, new_id, principal, resource in self.links:
            slots = {}
            if principal:
                slots["?principal"] = {"type": principal[0], "id": principal[1]}
            if resource:
                slots["?resource"] = {"type": resource[0], "id": resource[1]}
            policies = policies.with_linked(template, new_id, slots)
        entities = cedarpy.Entities.from_json_str(entities_json(self.entities))
        requests = [
            {
                **{part: {"type": request[part][0], "id": request[part][1]}
                   for part in ("principal", "action", "resource")},
                "context": {name: as_json(value) for name, value in request["context"].items()},
            }
            for request in self.requests
        ]
        return [reference_answer(result) for result in cedarpy.is_authorized_batch(requests, policies, entities)]


def reference_answer(result):
    skipped = []
    for error in result.diagnostics.errors:
        message = str(error)
        if "policy `" not in message:
            sys.exit(f"the reference engine refused a case: {message}")
        skipped.append(message.split("policy `")[1].split("`")[0])
    decision = "allow" if result.allowed else "deny"
    return decision, ",".join(sorted(result.diagnostics.reasons)), ",".join(sorted(set(skipped))), \
        result.metrics["authz_duration_micros"]


def random_case(generator, requests):
    rng = generator.random
    policies = [generator.policy() for _ in range(rng.randint(1, 6))]
    links = []
    if rng.random() < 0.3:
        template, principal, resource = generator.template()
        for number in range(rng.randint(1, 2)):
            links.append((f"policy{len(policies)}", f"linked{number}", rng.choice(ENTITIES) if principal else None,
                          rng.choice(ENTITIES) if resource else None))
        policies.append(template)
    return Case(" ".join(policies), generator.entities(), [generator.request() for _ in range(requests)], links)


def large_case(rng, policies=1000, users=9000, requests=4000):
    """A lab with 1,000 policies and 10,000 entities: what the gateway asks all day."""
    courses = [("Group", f"course{number}") for number in range(200)]
    models = [("Model", f"model{number}") for number in range(800)]
    actions = [("Action", name) for name in ("call", "read", "submit", "grade", "delete")]
    entities = [{"uid": course, "attrs": {}, "parents": [], "tags": {}} for course in courses]
    people = [("User", f"user{number}") for number in range(users)]
    for person in people:
        entities.append({
            "uid": person, "tags": {}, "parents": rng.sample(courses, 2),
            "attrs": {"role": ("string", rng.choice(["student", "teacher"])), "level": ("long", rng.randint(0, 9))},
        })
    for model in models:
        entities.append({
            "uid": model, "tags": {}, "parents": [rng.choice(courses)],
            "attrs": {"owner": ("entity", rng.choice(people)), "open": ("bool", rng.random() < 0.5)},
        })
    texts = []
    for number in range(policies):
        course = courses[number % len(courses)]
        action = actions[number // len(courses) % len(actions)]
        body = rng.choice([
            "when { resource.open }", 'when { principal.role == "teacher" }', "when { resource.owner == principal }",
            'when { principal.level > 3 && context has address } unless { context.address == ip("10.0.0.1") }',
        ])
        texts.append(f"permit(principal in {uid(course)}, action == {uid(action)}, resource in {uid(course)}) {body};")
    parents = {entity["uid"]: entity["parents"] for entity in entities}
    asked = []
    for _ in range(requests):
        model = rng.choice(models)
        members = [person for person in rng.sample(people, 60) if parents[model][0] in parents[person]]
        asked.append({
            "principal": (members or [rng.choice(people)])[0], "action": rng.choice(actions), "resource": model,
            "context": {"address": ("ip", "192.168.0.7")},
        })
    return Case(" ".join(texts), entities, asked)


def ask_bedel(program, cases):
    """Our answers, in the order of the requests."""
    lines = "\n".join(line for case in cases for line in case.lines()) + "\n"
    run = subprocess.run([program], input=lines, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{program} ended with {run.returncode}: {run.stderr[-2000:]}")
    answers = []
    for line in run.stdout.splitlines():
        fields = line.split("\t")
        if fields[0] == "refused":
            answers.append(("refused", fields[1], "", 0))
        else:
            answers.append((fields[0], fields[1], fields[2], int(fields[3]) / 1000))
    return answers


def compare(program, cases, shown=5):
    """Differences, and both engines' microseconds for each request."""
    ours = ask_bedel(program, cases)
    theirs = [answer for case in cases for answer in case.reference()]
    asked = [(case, request) for case in cases for request in case.requests]
    if len(ours) != len(theirs):
        sys.exit(f"{len(ours)} answers for {len(theirs)} requests: {[a for a in ours if a[0] == 'refused'][:3]}")
    differences = 0
    for mine, other, (case, request) in zip(ours, theirs, asked):
        if mine[:3] == other[:3]:
            continue
        differences += 1
        if differences <= shown:
            print(f"difference: ours {mine[:3]} theirs {other[:3]}", file=sys.stderr)
            print(json.dumps({"policies": case.policies, "request": request}, default=str), file=sys.stderr)
    return differences, [a[3] for a in ours], [a[3] for a in theirs], theirs


def syntax_differences(program):
    """How many texts one engine accepts and the other refuses."""
    texts = [f"permit(principal, action, resource) when {{ {body} }};" for body in CONDITIONS] + POLICIES
    differences = 0
    for body in texts:
        line = body.replace("\n", " ").replace("\t", " ")
        run = subprocess.run([program], input=f"policies\t{line}\n", capture_output=True, text=True, check=True)
        try:
            cedarpy.PolicySet.from_str(line + "\n")
            accepted = True
        except ValueError:
            accepted = False
        if accepted == run.stdout.startswith("refused"):
            differences += 1
            print(f"syntax: reference {'accepts' if accepted else 'refuses'}: {line}", file=sys.stderr)
    return differences, len(texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the cedar-bench executable, built for release")
    parser.add_argument("--triples", type=int, default=24000)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    generator = Generator(random.Random(options.seed))

    per_case = 8
    cases = [random_case(generator, per_case) for _ in range(-(-options.triples // per_case))]
    differences, ours, theirs, answers = compare(options.program, cases)
    refused, texts = syntax_differences(options.program)
    missing = [name for name in OPERATORS if generator.used[name.replace("¦", " ")] == 0]
    large = large_case(random.Random(options.seed))
    large_differences, large_ours, large_theirs, large_answers = compare(options.program, [large])

    small = large_case(random.Random(options.seed), users=500)
    few_differences, few_ours, _, _ = compare(options.program, [small])
    large_differences += few_differences

    print(f"policy_seed={options.seed}")
    print(f"policy_triples={len(ours) + len(large_ours)}")
    print(f"policy_allowed={sum(answer[0] == 'allow' for answer in answers)}")
    print(f"policy_with_errors={sum(answer[2] != '' for answer in answers)}")
    print(f"policy_operators_covered={len(OPERATORS) - len(missing)}/{len(OPERATORS)}")
    print(f"policy_syntax_texts={texts}")
    print(f"policy_syntax_differences={refused}")
    print(f"policy_differences={differences + large_differences}")
    print(f"policy_decision_median_us={statistics.median(ours):.2f}")
    print(f"policy_decision_cedarpy_median_us={statistics.median(theirs):.2f}")
    print(f"policy_decision_ratio_vs_cedarpy={statistics.median(ours) / statistics.median(theirs):.3f}")
    print(f"policy_decision_1000_allowed={sum(answer[0] == 'allow' for answer in large_answers)}")
    print(f"policy_decision_1000_median_us={statistics.median(large_ours):.2f}")
    print(f"policy_decision_1000_cedarpy_median_us={statistics.median(large_theirs):.2f}")
    print(f"policy_decision_1000_ratio_vs_cedarpy="
          f"{statistics.median(large_ours) / statistics.median(large_theirs):.4f}")
    print(f"policy_decision_1500_entities_median_us={statistics.median(few_ours):.2f}")
    if missing:
        print(f"never generated: {missing}", file=sys.stderr)
    sys.exit(1 if differences + large_differences + refused or missing else 0)


if __name__ == "__main__":
    main()
