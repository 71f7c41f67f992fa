"""Has Bedel's engine and the reference engine validate the same policies against a schema, and counts the verdicts
that differ. Also compares which schemas are accepted. Prints `name=value` lines.

One difference is wanted and not asked for: Bedel's engine refuses a record that declares an attribute twice; the
reference takes the last one.
"""

import argparse
import random
import subprocess
import sys

import cedarpy

SCHEMA = """
type Address = { zone: String, code?: Long, owner?: User };
entity Group in [Group];
entity User in [Group] {
    active: Bool, age: Long, limit?: Long, name: String, nick?: String, friend: User, owner?: User,
    roles: Set<String>, friends?: Set<User>, address: Address, second?: Address, home: ipaddr, joined: datetime,
    grace?: duration, score: decimal, "odd name": Long
} tags String;
entity Robot in [Group] = { name: String, age: Long };
entity Color enum ["red", "green"];
namespace Lab {
    entity Folder in [Folder] { name: String, owner?: User, color: Color };
    entity Document in [Folder] { name: String, owner: User, size: Long, score?: decimal, when: datetime }
        tags Set<String>;
    action Publish appliesTo { principal: [User], resource: [Document], context: {} };
}
action any; action write;
action read in [any] appliesTo {
    principal: [User, Robot], resource: [Lab::Document, Lab::Folder], context: { address?: ipaddr, level: Long }
};
action edit in [any, write] appliesTo { principal: User, resource: Lab::Document, context: Address };
"""

SCHEMAS = """
entity User;
entity User; entity User;
entity User in [Gruop];
entity User = {a: Long,};
entity User {a?: Long, "b c": Bool, c: Set<Set<Long>>};
entity User {a: Longs};
entity User {if: Long};
entity User {"if": Long};
entity in;
entity A, B in [A];
entity A in [A];
entity A in A;
entity A in [];
entity A tags Long;
entity A {} tags Set<String>;
entity A = {} tags {a: Long};
entity A enum ["x"];
entity A enum [];
entity A enum ["x", "x"];
entity A enum ["x",];
entity A in [A] enum ["x"];
type T = Long; entity A {a: T};
type T = Set<T>;
type A = B; type B = A;
type Long = String;
type Bool = Long;
type ipaddr = Long; entity A {a: ipaddr};
type T = {a: U}; type U = Long;
entity Long {a: __cedar::Long};
entity A {a: __cedar::Foo};
entity A {a: __cedar::ipaddr};
entity A {a: Boolean};
entity A {a: Entity};
entity A {a: Record};
entity A {a: Extension};
entity A {a: Set};
entity A {a: Set<>};
entity A {Set: Long};
entity Set; entity A {a: Set};
namespace N { entity A; } entity B in [N::A];
namespace N { entity A; } entity B in [A];
namespace N { entity A; } namespace N { entity B; }
namespace N { entity A; } namespace M { entity B {a: N::A}; }
entity A; namespace N { entity A; }
type A = Long; namespace N { entity A; }
entity A; namespace N { entity B in [A]; }
namespace N { type T = Long; entity A {a: T}; }
namespace N { entity A {a: N::T}; type T = Long; }
namespace __cedar { entity A; }
namespace N::M { entity A {b: N::M::A}; }
action a;
action a; action a;
action "a b", c;
action a in b;
action a in [b]; action b;
action a in [b]; action b in [a];
action a in [a];
action a in ["b c"]; action "b c";
action a in [Action::"b"]; action b;
action a in []; 
namespace N { action a in [Action::"b"]; action b; }
namespace N { action a in [N::Action::"b"]; action b; }
action b; namespace N { action a in [Action::"b"]; }
action b; namespace N { action a in [b]; }
entity A; action a appliesTo {principal: A, resource: A};
entity A; action a appliesTo {principal: [A], resource: [A], context: {}};
entity A; action a appliesTo {principal: A};
entity A; action a appliesTo {resource: A};
entity A; action a appliesTo {};
entity A; action a appliesTo {principal: [], resource: A};
entity A; action a appliesTo {principal: A, principal: A, resource: A};
entity A; action a appliesTo {principal: A, resource: A,};
entity A; action a appliesTo {principal: B, resource: A};
entity A; type C = {a: Long}; action a appliesTo {principal: A, resource: A, context: C};
entity A; type C = Long; action a appliesTo {principal: A, resource: A, context: C};
entity A; action a appliesTo {principal: A, resource: A, context: Long};
entity A; action a appliesTo {principal: A, resource: A, context: A};
entity A; action a appliesTo {context: {}, resource: A, principal: A};
entity A; action a appliesTo {principal: A resource: A};
action a attributes {};
@doc("x") entity A {@doc("y") a: Long};
@doc @doc entity A;
@doc("x") namespace N { @doc entity A; }
entity A
entity A;;
entity "A";
entity A {a: Long b: Long};
entity A {a Long};
entity A {a: Long?};
entity Action;
entity A in [Action];
namespace N { entity Action; }
type entity = Long; entity type {entity: entity};
entity in1, A in [in1];
entity A { principal: Long, context: Bool, tags: String, enum: Long } ;
entity A {a: {b: {c?: Set<{d: Long}>}}};
// only a comment
""".strip().split("\n")


class Typed:
    """Writes policies that mostly fit the schema."""

    PATHS = {
        "Bool": ["principal.active", "principal.friend.active", "context has address", "principal has limit",
                 'principal.hasTag("t")', "principal.address has code", "principal has second.code",
                 "principal.friend has owner", "resource has score", "principal has missing", "resource has owner",
                 'context has "owner"', "principal is User", "resource is Lab::Document", "resource is Lab::Folder",
                 "principal is Robot", 'resource.hasTag("t")', "principal has second", "principal has friends"],
        "Long": ["principal.age", "principal.limit", 'principal["odd name"]', "principal.address.code", "resource.size",
                 "context.level", "context.code", "principal.second.code", "principal.friend.age"],
        "String": ["principal.name", "principal.nick", "principal.address.zone", "resource.name", "context.zone",
                   'principal.getTag("t")', "principal.second.zone"],
        "User": ["principal", "principal.friend", "principal.owner", "resource.owner", 'User::"a"', "context.owner"],
        "Set<String>": ["principal.roles", '["a", "b"]', 'resource.getTag("t")', "[]", "principal.friend.roles"],
        "ipaddr": ["principal.home", "context.address", 'ip("10.0.0.0/8")', 'ip("nonsense")'],
        "decimal": ["principal.score", "resource.score", 'decimal("1.5")', 'decimal("1")'],
        "datetime": ["principal.joined", "resource.when", 'datetime("2024-01-01")', "principal.joined.toDate()"],
        "duration": ["principal.grace", 'duration("1h")', "principal.joined.toTime()"],
        "Group": ['Group::"g"', 'Gruop::"g"'],
        "Color": ['Color::"red"', 'Color::"blue"', "resource.color"],
        "Action": ["action", 'Action::"read"', 'Action::"edit"', 'Action::"none"', 'Lab::Action::"Publish"'],
    }
    GUARDS = {
        "principal.limit": "principal has limit", "principal.nick": "principal has nick",
        "principal.owner": "principal has owner", "context.address": "context has address",
        "principal.address.code": "principal.address has code", "principal.second.code": "principal has second.code",
        "principal.second.zone": "principal has second", "principal.grace": "principal has grace",
        "resource.score": "resource has score", 'principal.getTag("t")': 'principal.hasTag("t")',
        'resource.getTag("t")': 'resource.hasTag("t")', "resource.owner": "resource has owner",
        "context.code": "context has code", "context.owner": "context has owner",
        "resource.size": "resource is Lab::Document", "resource.when": "resource is Lab::Document",
        "resource.color": "resource is Lab::Folder", "context.level": 'action == Action::"read"',
        "context.zone": 'action == Action::"edit"',
    }

    def __init__(self, rng):
        self.rng = rng

    def path(self, kind, guards):
        choice = self.rng.choice(self.PATHS[kind])
        # Rare ones are wrong for every request.
        if choice in ("[]", 'ip("nonsense")', 'decimal("1")', 'Gruop::"g"', 'Color::"blue"', 'Action::"none"') \
                and self.rng.random() < 0.85:
            return self.path(kind, guards)
        if choice.startswith("principal") and choice != "principal":
            guards.append("principal is User")
        if choice in self.GUARDS:
            guards.append(self.GUARDS[choice])
        return choice

    def atom(self):
        rng, guards = self.rng, []
        make = lambda kind: self.path(kind, guards)
        kind = rng.choice(["bool", "compare", "equal", "like", "in", "contains", "sets", "ip", "decimal", "time", "if",
                           "action", "is", "record", "literal"])
        if kind == "bool":
            result = make("Bool")
        elif kind == "compare":
            side = rng.choice(["Long", "Long", "datetime", "duration", "decimal"])
            other = side if rng.random() < 0.95 else "Long"
            result = f"{self.long(make) if side == 'Long' else make(side)} {rng.choice(['<', '<=', '>', '>='])} {make(other)}"
        elif kind == "equal":
            side = rng.choice(list(self.PATHS))
            other = side if rng.random() < 0.9 else rng.choice(list(self.PATHS))
            result = f"{make(side)} {rng.choice(['==', '!='])} {make(other)}"
        elif kind == "like":
            result = f'{make("String")} like "a*"'
        elif kind == "in":
            group = rng.choice([make("Group"), "resource", "principal", f"[{make('Group')}]",
                                f"[{make('Group')}, {make('User')}]", 'Lab::Folder::"f"'])
            result = f"{rng.choice([make('User'), 'principal', 'resource'])} in {group}"
        elif kind == "contains":
            result = f"{make('Set<String>')}.contains({make('String' if rng.random() < 0.9 else 'Long')})"
        elif kind == "sets":
            result = f"{make('Set<String>')}.{rng.choice(['containsAll', 'containsAny'])}({make('Set<String>')})"
            if rng.random() < 0.3:
                result = f"{make('Set<String>')}.isEmpty()"
        elif kind == "ip":
            result = rng.choice([f"{make('ipaddr')}.isIpv4()", f"{make('ipaddr')}.isInRange({make('ipaddr')})"])
        elif kind == "decimal":
            result = f"{make('decimal')}.lessThan({make('decimal')})"
        elif kind == "time":
            result = rng.choice([
                f"{make('datetime')}.offset({make('duration')}) < {make('datetime')}",
                f"{make('datetime')}.durationSince({make('datetime')}) >= {make('duration')}",
                f"{make('duration')}.toHours() == {make('Long')}"])
        elif kind == "if":
            side = rng.choice(["Long", "String", "User"])
            result = f"(if {make('Bool')} then {make(side)} else {make(side)}) == {make(side)}"
        elif kind == "action":
            result = rng.choice([f"action == {make('Action')}", f'action in [{make("Action")}, Action::"any"]',
                                 f"action in {make('Action')}", 'action in Action::"write"'])
        elif kind == "is":
            result = rng.choice(["principal is User in Group::\"g\"", "resource is Lab::Document in Lab::Folder::\"f\"",
                                 "principal is Nobody", "principal is Robot"])
            if "Nobody" in result and rng.random() < 0.8:
                result = "principal is User"
        elif kind == "record":
            result = f'{{a: {make("Long")}, b: {make("String")}}} == {{a: 1, b: "x"}}'
        else:
            result = rng.choice(["true", "false", "1 == 1", '1 == "a"', "1", "1 + 1 == 2"])
        if rng.random() < 0.85:
            wanted = list(dict.fromkeys(guards))
            # The types first: they decide whether the rest is looked at.
            wanted.sort(key=lambda guard: 0 if " is " in guard or guard.startswith("action") else 1)
            result = " && ".join(wanted + [f"({result})"])
        return f"({result})"

    def long(self, make):
        return self.rng.choice([make("Long"), f"{make('Long')} + {make('Long')} * 2", f"-{make('Long')}"])

    def condition(self, depth):
        if depth == 0 or self.rng.random() < 0.4:
            return self.atom()
        left, right = self.condition(depth - 1), self.condition(depth - 1)
        return self.rng.choice([f"({left} && {right})", f"({left} || {right})", f"!({left})",
                                f"(if {left} then {right} else {self.atom()})"])

    def policy(self):
        rng = self.rng
        principal = rng.choice(["principal"] * 3 + ["principal is User", 'principal == User::"a"',
                                'principal in Group::"g"', 'principal is Robot in Group::"g"', "principal is Lab::Folder",
                                "principal == ?principal", "principal in ?principal", 'principal in User::"a"'])
        action = rng.choice(["action"] * 3 + ['action == Action::"read"', 'action == Action::"edit"',
                             'action in Action::"any"', 'action in [Action::"read", Lab::Action::"Publish"]',
                             'action == Action::"write"', 'action in []'])
        resource = rng.choice(["resource"] * 3 + ["resource is Lab::Document", 'resource in Lab::Folder::"f"',
                              'resource == Lab::Folder::"f"', "resource is Lab::Folder in ?resource",
                              'resource in Lab::Document::"d"'])
        conditions = "".join(f" {rng.choice(['when', 'when', 'unless'])} {{ {self.condition(2)} }}"
                             for _ in range(rng.choice([1, 1, 2])))
        return f"permit({principal}, {action}, {resource}){conditions};"


def ask(program, lines):
    run = subprocess.run([program], input="\n".join(lines) + "\n", capture_output=True, text=True, check=False)
    if run.returncode != 0:
        sys.exit(f"{program} ended with {run.returncode}: {run.stderr[-2000:]}")
    return run.stdout.splitlines()


def schema_differences(program):
    differences = 0
    for schema in SCHEMAS:
        accepted = not ask(program, [f"schema\t{schema}"])
        try:
            cedarpy.Schema.from_str(schema + "\n")
            expected = True
        except ValueError as error:
            expected, reason = False, error
        if accepted != expected:
            differences += 1
            print(f"schema: reference {'accepts' if expected else 'refuses'}: {schema}"
                  + ("" if expected else f" ({reason})"), file=sys.stderr)
    return differences


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", help="the cedar-bench executable")
    parser.add_argument("--policies", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=5)
    options = parser.parse_args()
    typed = Typed(random.Random(options.seed))
    policies = [typed.policy() for _ in range(options.policies)]
    schema = " ".join(SCHEMA.split())
    ours = ask(options.program, [f"schema\t{schema}"] + [f"validate\t{policy}" for policy in policies])
    handle = cedarpy.Schema.from_str(schema)
    differences = valid = 0
    for policy, mine in zip(policies, ours, strict=True):
        result = cedarpy.validate_policies(policy, handle)
        valid += result.validation_passed
        if result.validation_passed == mine.startswith("valid"):
            continue
        differences += 1
        if differences <= 8:
            print(f"ours: {mine}\ntheirs: {[error.error for error in result.errors]}\n{policy}\n", file=sys.stderr)
    schemas = schema_differences(options.program)
    print(f"policy_validations={len(policies)}")
    print(f"policy_validations_valid={valid}")
    print(f"policy_validation_differences={differences}")
    print(f"policy_schema_texts={len(SCHEMAS)}")
    print(f"policy_schema_differences={schemas}")
    sys.exit(1 if differences + schemas else 0)


if __name__ == "__main__":
    main()
