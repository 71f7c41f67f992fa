import Cedar
import Testing

@Suite("Extension types") struct ExtensionTests {
    @Test(arguments: [
        #"decimal("1.5").lessThan(decimal("1.6"))"#, #"decimal("1.5").lessThanOrEqual(decimal("1.50"))"#,
        #"decimal("-0.5").lessThan(decimal("0.0"))"#, #"decimal("2.0").greaterThan(decimal("1.9999"))"#,
        #"decimal("2.0").greaterThanOrEqual(decimal("2.0"))"#,
        #"decimal("-922337203685477.5808").lessThan(decimal("922337203685477.5807"))"#,
    ])
    func decimalsCompare(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test(arguments: [
        #"ip("10.1.2.3").isInRange(ip("10.0.0.0/8"))"#, #"!ip("11.0.0.1").isInRange(ip("10.0.0.0/8"))"#,
        #"!ip("10.0.0.0/7").isInRange(ip("10.0.0.0/8"))"#, #"ip("2001:db8::1").isInRange(ip("2001:db8::/32"))"#,
        #"!ip("::1").isInRange(ip("0.0.0.0/0"))"#, #"ip("::/0").isInRange(ip("::/0"))"#,
        #"ip("127.0.0.1").isLoopback()"#, #"!ip("127.0.0.1/4").isLoopback()"#, #"ip("::1").isLoopback()"#,
        #"ip("224.0.0.1").isMulticast()"#, #"!ip("ff00::/7").isMulticast()"#, #"ip("1.2.3.4").isIpv4()"#,
        #"ip("::").isIpv6()"#, #"ip("1:2:3:4:5:6:7::") == ip("1:2:3:4:5:6:7:0")"#,
    ])
    func addressesAnswerQuestions(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test(arguments: [
        #"datetime("2024-02-29") == datetime("2024-02-29T00:00:00Z")"#,
        #"datetime("1970-01-01T00:00:00.001Z").toTime() == duration("1ms")"#,
        #"datetime("1969-12-31T23:59:59.999Z").toTime() == duration("23h59m59s999ms")"#,
        #"datetime("2024-10-15T11:38:02.101+1134") == datetime("2024-10-15T00:04:02.101Z")"#,
        #"datetime("2024-01-01").offset(duration("-1d")) == datetime("2023-12-31")"#,
        #"datetime("2024-03-01").durationSince(datetime("2024-02-28")) == duration("2d")"#,
        #"datetime("2024-10-15T11:38:02Z").toDate() == datetime("2024-10-15")"#,
        #"duration("1d2h3m4s5ms").toMilliseconds() == 93784005"#, #"duration("90s").toMinutes() == 1"#,
        #"duration("-90s").toMinutes() == -1"#,
        #"duration("36h").toDays() == 1"#, #"duration("1h").toSeconds() == 3600"#,
        #"duration("2d").toHours() == 48"#, #"datetime("0000-01-01") < datetime("0001-01-01")"#,
    ])
    func momentsAndDurationsCount(condition: String) throws {
        #expect(try Lab.ask(condition) == .holds)
    }

    @Test(arguments: [
        ("decimal", "1"), ("decimal", "1."), ("decimal", ".5"), ("decimal", "1.00000"), ("decimal", "+1.0"),
        ("decimal", "922337203685477.5808"), ("ip", "256.0.0.1"), ("ip", "01.2.3.4"), ("ip", "1.2.3.4/33"),
        ("ip", "1.2.3.4/032"), ("ip", "::ffff:1.2.3.4"), ("ip", "1::2::3"), ("ip", ":1"), ("ip", ""),
        ("ip", "1:2:3:4::5:6:7:8"), ("datetime", "2023-02-29"), ("datetime", "2024-10-15T24:00:00Z"),
        ("datetime", "2024-10-15T11:38:02"), ("datetime", "2024-10-15T11:38:02+2400"), ("datetime", "2024-1-1"),
        ("duration", ""), ("duration", "-"), ("duration", "1s1m"), ("duration", "1d1d"), ("duration", "1w"),
        ("duration", "9223372036854775808ms"), ("duration", "106751991168d"),
    ])
    func whatCannotBeReadIsAnError(function: String, text: String) throws {
        let reason = EvaluationError.Reason.unreadable(function: function, argument: Text(text))
        #expect(try Lab.ask(#"\#(function)("\#(text)") == 1"#) == .error(reason))
    }

    @Test func anUnreadableTextThatIsNeverReachedDoesNotCount() throws {
        #expect(try Lab.ask(#"true || ip("x").isIpv4()"#) == .holds)
    }

    @Test func wrongArgumentsAreErrors() throws {
        #expect(try Lab.ask("ip(1).isIpv4()") == .error(.wrongType(expected: [.string], found: .long)))
        #expect(try Lab.ask(#""1.2.3.4".isIpv4()"#) == .error(.wrongType(expected: [.ipaddr], found: .string)))
        #expect(
            try Lab.ask(#"ip("1.2.3.4").isInRange()"#)
                == .error(.wrongArgumentCount(function: "isInRange", expected: 2, found: 1)))
    }

    @Test func momentsThatDoNotFitAreErrors() throws {
        let far = #"datetime("9999-12-31").offset(duration("9223372036854775807ms")).toDate() == 1"#
        #expect(try Lab.ask(far) == .error(.overflow("`offset`")))
    }
}
