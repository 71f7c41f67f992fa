"""Random entities, requests and policies that meet often enough to say something.

Expressions are made for a wanted type, with a wrong one now and then, so that both values and errors of every operator
are seen. `used` counts how often each operator was written.
"""

from collections import Counter

from values import literal, text, uid

USERS = [("User", name) for name in ("alice", "bob", "cara", "d\u00e9sir\u00e9", "de\u0301sir", 'q"uote\\')]
GROUPS = [("Group", name) for name in ("students", "teachers", "all", "ghost")]
DOCUMENTS = [("Lab::Document", name) for name in ("one", "two", "three", "missing")]
FOLDERS = [("Lab::Folder", name) for name in ("root", "sub", "other")]
ACTIONS = [("Action", name) for name in ("read", "write", "any", "admin")]
ENTITIES = USERS + GROUPS + DOCUMENTS + FOLDERS + ACTIONS
TYPES = ["User", "Group", "Lab::Document", "Lab::Folder", "Action", "Unknown"]
STRINGS = ["", "a", "abc", "a*c", "student", "10.0.0.1", "1.5", "\u00e9", "e\u0301", "line\nbreak", "\U0001f600", "x" * 40]
PATTERNS = ["*", "a*", "*c", "a*c", "*b*", "", "a\\*c", "*\u00e9*", "st*d*t", "**", "*\\u{1f600}*", "abc"]
LONGS = [0, 1, -1, 2, 5, 42, 1000, 2**31, 2**62, 2**63 - 1, -(2**63)]
DECIMALS = ["0.0", "1.5", "-1.5", "1.5000", "0.0001", "-0.0001", "922337203685477.5807", "-922337203685477.5808"]
BAD_DECIMALS = ["1", "1.", ".5", "1.00000", "922337203685477.5808", "+1.0", "1e3", "a", "", "-", "1.-5", "--1.0"]
ADDRESSES = [
    "127.0.0.1", "10.0.0.0/8", "10.1.2.3", "10.1.2.3/32", "192.168.0.0/16", "224.0.0.1", "0.0.0.0/0", "127.0.0.1/4",
    "::1", "::", "::/0", "ff00::1", "ff00::/7", "2001:db8::/32", "2001:db8::1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::",
    "::ffff:ff00:1", "FE80::1", "255.255.255.255",
]
BAD_ADDRESSES = [
    "256.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4/33", "1.2.3.4/032", "1.2.3.4/", "::1/129", "::ffff:1.2.3.4",
    "1::2::3", ":::", "12345::", "1:2:3:4:5:6:7", "1:2:3:4::5:6:7:8", "", "g::", "1.2.3.4/+3", "1.2.3.4/8/8", ":1", "1:",
]
DATETIMES = [
    "2024-02-29", "2024-10-15T11:38:02Z", "2024-10-15T11:38:02.101Z", "2024-10-15T11:38:02.101+1134",
    "2024-10-15T00:00:00-2359", "0000-01-01", "9999-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", "1900-03-01",
    "2000-02-29T12:00:00+0000", "1970-01-01",
]
BAD_DATETIMES = [
    "2023-02-29", "2024-13-01", "2024-00-01", "2024-01-32", "2024-10-15T24:00:00Z", "2024-10-15T11:60:02Z",
    "2024-10-15T11:38:60Z", "2024-10-15T11:38:02", "2024-10-15T11:38:02+2400", "2024-10-15T11:38:02.1Z", "20241015",
    "2024-10-15Z", "2024-10-15T11:38:02.101+11:34", "", "1900-02-29", " 2024-10-15",
]
DURATIONS = [
    "0ms", "1ms", "1d", "1d2h3m4s5ms", "-1d", "90m", "2h", "-5s", "9223372036854775807ms", "-9223372036854775808ms",
    "1m1ms", "00001s", "86400s",
]
BAD_DURATIONS = ["", "-", "1", "1s1m", "1ms1s", "1w", "+1d", "9223372036854775808ms", "106751991168d", "1d1d", "d", "1.5s"]
EXTENSIONS = {
    "decimal": (DECIMALS, BAD_DECIMALS),
    "ip": (ADDRESSES, BAD_ADDRESSES),
    "datetime": (DATETIMES, BAD_DATETIMES),
    "duration": (DURATIONS, BAD_DURATIONS),
}
KINDS = ["bool", "long", "string", "entity", "set", "record", "decimal", "ip", "datetime", "duration"]
# Attributes have a usual kind, so that policies meet values they can use.
ATTRIBUTES = {
    "active": "bool", "age": "long", "limit": "long", "name": "string", "mail": "string", "owner": "entity",
    "groups": "set", "roles": "set", "address": "record", "score": "decimal", "home": "ip", "joined": "datetime",
    "grace": "duration", "odd name": "long",
}


class Generator:
    def __init__(self, random):
        self.random = random
        self.used = Counter()

    # Values

    def value(self, kind, depth=2):
        random = self.random
        if kind == "bool":
            return kind, random.random() < 0.5
        if kind == "long":
            return kind, random.choice(LONGS)
        if kind == "string":
            return kind, random.choice(STRINGS)
        if kind == "entity":
            return kind, random.choice(ENTITIES)
        if kind == "set":
            part = random.choice(KINDS if depth > 0 else KINDS[:4])
            count = random.choice([0, 1, 2, 3, 12])
            return kind, [self.value(part, depth - 1) for _ in range(count)]
        if kind == "record":
            names = random.sample(sorted(ATTRIBUTES), random.randint(0, 3))
            return kind, {name: self.value(self.kind_of(name, depth), depth - 1) for name in names}
        return kind, random.choice(EXTENSIONS[kind][0])

    def kind_of(self, name, depth):
        kind = ATTRIBUTES[name] if self.random.random() < 0.9 else self.random.choice(KINDS)
        return kind if depth > 0 or kind not in ("set", "record") else "long"

    def attributes(self):
        names = self.random.sample(sorted(ATTRIBUTES), self.random.randint(0, len(ATTRIBUTES)))
        return {name: self.value(self.kind_of(name, 2)) for name in names}

    # Entities and requests

    def entities(self):
        order = GROUPS[:3] + USERS[:5] + FOLDERS + DOCUMENTS[:3] + ACTIONS
        entities = []
        for position, entity in enumerate(order):
            above = order[:position] + [("Group", "ghost")]
            parents = self.random.sample(above, min(len(above), self.random.choice([0, 1, 1, 2])))
            if entity[0] == "Action":
                parents = [parent for parent in parents if parent[0] == "Action"]
            tags = {name: self.value(self.random.choice(KINDS[:4])) for name in self.random.sample(STRINGS[:5], 2)}
            # Only some entities are in the store.
            if self.random.random() < 0.85:
                entities.append({
                    "uid": entity, "parents": parents, "attrs": {} if entity[0] == "Action" else self.attributes(),
                    "tags": {} if entity[0] == "Action" else tags,
                })
        return entities

    def request(self):
        random = self.random
        return {
            "principal": random.choice(USERS if random.random() < 0.9 else ENTITIES),
            "action": random.choice(ACTIONS),
            "resource": random.choice(DOCUMENTS + FOLDERS if random.random() < 0.9 else ENTITIES),
            "context": self.attributes(),
        }

    # Policies

    def count(self, name, result):
        self.used[name] += 1
        return result

    def scope(self, variable, likely):
        random = self.random
        entity = uid(random.choice(likely if random.random() < 0.9 else ENTITIES))
        kind = random.choice(["any"] * 6 + ["==", "in", "in", "is", "is in"])
        self.used[f"scope {kind}"] += 1
        return {
            "any": variable, "==": f"{variable} == {entity}", "in": f"{variable} in {entity}",
            "is": f"{variable} is {random.choice(TYPES)}",
            "is in": f"{variable} is {random.choice(TYPES)} in {entity}",
        }[kind]

    def action(self):
        random = self.random
        kind = random.choice(["any", "any", "any", "==", "in", "in []"])
        self.used[f"action {kind}"] += 1
        chosen = [uid(action) for action in random.sample(ACTIONS, random.randint(0, 3))]
        return {
            "any": "action", "==": f"action == {uid(random.choice(ACTIONS))}",
            "in": f"action in {uid(random.choice(ACTIONS))}", "in []": f"action in [{', '.join(chosen)}]",
        }[kind]

    def policy(self):
        effect = "permit" if self.random.random() < 0.7 else "forbid"
        return f"{effect}({self.scope('principal', USERS + GROUPS)}, {self.action()}, " \
            f"{self.scope('resource', DOCUMENTS + FOLDERS)}){self.conditions()};"

    def template(self):
        """A template and whether it has each slot."""
        random = self.random
        principal = random.choice(["principal == ?principal", "principal in ?principal",
                                   "principal is User in ?principal", "principal"])
        resource = random.choice(["resource == ?resource", "resource in ?resource",
                                  "resource is Lab::Document in ?resource", "resource"])
        if principal == "principal" and resource == "resource":
            principal = "principal in ?principal"
        self.used["template"] += 1
        return f"permit({principal}, {self.action()}, {resource}){self.conditions()};", \
            "?" in principal, "?" in resource

    def conditions(self):
        result = ""
        for _ in range(self.random.choice([0, 1, 1, 1, 2])):
            kind = self.random.choice(["when", "when", "unless"])
            result += self.count(kind, f" {kind} {{ {self.expression('bool', 4)} }}")
        return result

    # Expressions

    def expression(self, kind, depth):
        if self.random.random() < 0.03:
            kind = self.random.choice(KINDS)
        if depth <= 0 or self.random.random() < 0.12:
            return self.leaf(kind)
        if self.random.random() < 0.07:
            return self.count("if", f"(if {self.expression('bool', depth - 1)} then {self.expression(kind, depth - 1)} "
                                    f"else {self.expression(kind, depth - 1)})")
        if self.random.random() < 0.2:
            return self.access(kind, depth)
        return getattr(self, "make_" + kind)(depth - 1)

    def leaf(self, kind):
        if kind == "entity" and self.random.random() < 0.6:
            return self.count("variable", self.random.choice(["principal", "action", "resource"]))
        if kind == "record" and self.random.random() < 0.3:
            return self.count("variable", "context")
        if kind in EXTENSIONS and self.random.random() < 0.15:
            self.used["unreadable " + kind] += 1
            return f"{kind}({literal(self.random.choice(EXTENSIONS[kind][1]))})"
        return text(self.value(kind, 1))

    def access(self, kind, depth):
        random = self.random
        names = [name for name, usual in ATTRIBUTES.items() if usual == kind] or ["odd name"]
        name = random.choice(names)
        if random.random() < 0.15:
            return self.count("getTag", f"{self.object(depth)}.getTag({self.expression('string', 0)})")
        owner = self.object(depth)
        if " " in name or random.random() < 0.2:
            access = self.count("index", f"{owner}[{literal(name)}]")
        else:
            access = self.count("attribute", f"{owner}.{name}")
        # Mostly guarded, or nearly every policy would err.
        if kind == "bool" and random.random() < 0.7:
            return f"({owner} has {literal(name)} && {access})"
        if random.random() < 0.6:
            return f"(if {owner} has {literal(name)} then {access} else {self.leaf(kind)})"
        return access

    def object(self, depth):
        choice = self.random.random()
        if choice < 0.8:
            return self.random.choice(["principal", "resource", "context"])
        return self.leaf("entity") if choice < 0.95 else "(" + self.expression("record", depth - 1) + ")"

    def make_bool(self, depth):
        return getattr(self, self.random.choice([
            "logic", "logic", "logic", "equality", "comparison", "is_in", "has", "like", "is_type", "set_question",
            "tag", "decimal_question", "address_question",
        ]))(depth)

    def logic(self, depth):
        kind = self.random.choice(["&&", "||", "!"])
        self.used[kind] += 1
        if kind == "!":
            return "!" * self.random.randint(1, 4) + "(" + self.expression("bool", depth) + ")"
        parts = [self.expression("bool", depth) for _ in range(self.random.choice([2, 2, 3]))]
        return "(" + f" {kind} ".join(parts) + ")"

    def equality(self, depth):
        kind = self.random.choice(KINDS)
        operator = self.random.choice(["==", "!="])
        return self.count(operator, f"({self.expression(kind, depth)} {operator} {self.expression(kind, depth)})")

    def comparison(self, depth):
        kind = self.random.choice(["long", "long", "datetime", "duration"])
        operator = self.random.choice(["<", "<=", ">", ">="])
        return self.count(operator, f"({self.expression(kind, depth)} {operator} {self.expression(kind, depth)})")

    def is_in(self, depth):
        left = self.expression("entity", depth)
        if self.random.random() < 0.4:
            group = "[" + ", ".join(self.expression("entity", 0) for _ in range(self.random.randint(0, 3))) + "]"
        else:
            group = self.expression("entity", depth)
        return self.count("in", f"({left} in {group})")

    def has(self, depth):
        owner = self.object(depth)
        name = self.random.choice(sorted(ATTRIBUTES))
        if self.random.random() < 0.3:
            path = ".".join(self.random.sample(["address", "owner", "name", "age", "groups"], 2))
            return self.count("has a.b", f"({owner} has {path})")
        return self.count("has", f"({owner} has {literal(name) if ' ' in name else name})")

    def like(self, depth):
        return self.count("like", f'({self.expression("string", depth)} like "{self.random.choice(PATTERNS)}")')

    def is_type(self, depth):
        left = f"{self.expression('entity', depth)} is {self.random.choice(TYPES)}"
        if self.random.random() < 0.4:
            return self.count("is in", f"({left} in {self.expression('entity', depth)})")
        return self.count("is", f"({left})")

    def set_question(self, depth):
        method = self.random.choice(["contains", "containsAll", "containsAny", "isEmpty"])
        self.used[method] += 1
        owner = self.expression("set", depth)
        if method == "isEmpty":
            return f"{owner}.isEmpty()"
        if method == "contains":
            kind = self.random.choice(KINDS)
            if self.random.random() < 0.5:
                owner = "[" + ", ".join(self.expression(kind, 0) for _ in range(self.random.choice([1, 3, 10]))) + "]"
            return f"{owner}.contains({self.expression(kind, depth)})"
        return f"{owner}.{method}({self.expression('set', depth)})"

    def tag(self, depth):
        owner, name = self.object(depth), self.expression("string", 0)
        if self.random.random() < 0.5:
            return self.count("hasTag", f"{owner}.hasTag({name})")
        self.used["getTag"] += 1
        return f"({owner}.hasTag({name}) && {owner}.getTag({name}) == {self.expression('string', 0)})"

    def decimal_question(self, depth):
        method = self.random.choice(["lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual"])
        return self.count(
            method, f"{self.expression('decimal', depth)}.{method}({self.expression('decimal', depth)})")

    def address_question(self, depth):
        method = self.random.choice(["isIpv4", "isIpv6", "isLoopback", "isMulticast", "isInRange", "isInRange"])
        argument = self.expression("ip", depth) if method == "isInRange" else ""
        if self.random.random() < 0.02:
            argument += (", " if argument else "") + self.leaf("ip")
            self.used["wrong argument count"] += 1
        return self.count(method, f"{self.expression('ip', depth)}.{method}({argument})")

    def make_long(self, depth):
        if self.random.random() < 0.25:
            method = self.random.choice(["toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays"])
            return self.count(method, f"{self.expression('duration', depth)}.{method}()")
        if self.random.random() < 0.2:
            return self.count("negate", f"{'-' * self.random.randint(1, 4)}({self.expression('long', depth)})")
        operators = self.random.choices(["+", "-", "*"], k=self.random.choice([1, 1, 2]))
        result = self.expression("long", depth)
        for operator in operators:
            result += self.count(operator, f" {operator} {self.expression('long', depth)}")
        return f"({result})"

    def make_string(self, depth):
        return self.leaf("string")

    def make_entity(self, depth):
        return self.leaf("entity")

    def make_set(self, depth):
        kind = self.random.choice(KINDS)
        count = self.random.choice([0, 1, 2, 3])
        return self.count("set", "[" + ", ".join(self.expression(kind, depth - 1) for _ in range(count)) + "]")

    def make_record(self, depth):
        names = self.random.sample(sorted(ATTRIBUTES), self.random.randint(0, 3))
        parts = [f"{literal(name)}: {self.expression(ATTRIBUTES[name], depth - 1)}" for name in names]
        return self.count("record", "{" + ", ".join(parts) + "}")

    def make_decimal(self, depth):
        return self.count("decimal", self.leaf("decimal"))

    def make_ip(self, depth):
        return self.count("ip", self.leaf("ip"))

    def make_datetime(self, depth):
        kind = self.random.choice(["offset", "toDate", "literal"])
        if kind == "offset":
            return self.count(kind, f"{self.expression('datetime', depth)}.offset({self.expression('duration', depth)})")
        if kind == "toDate":
            return self.count(kind, f"{self.expression('datetime', depth)}.toDate()")
        return self.count("datetime", self.leaf("datetime"))

    def make_duration(self, depth):
        kind = self.random.choice(["durationSince", "toTime", "literal"])
        if kind == "durationSince":
            return self.count(
                kind, f"{self.expression('datetime', depth)}.durationSince({self.expression('datetime', depth)})")
        if kind == "toTime":
            return self.count(kind, f"{self.expression('datetime', depth)}.toTime()")
        return self.count("duration", self.leaf("duration"))
