extension Value {
    /// An IPv4 or IPv6 address, or a range of them in CIDR form. The bits after the prefix are kept as written.
    package struct IPAddress: Hashable, Sendable {
        package let isIPv4: Bool
        /// The address in the low 32 bits (IPv4) or in all 128.
        let address: UInt128
        package let prefix: Int

        private var width: Int { isIPv4 ? 32 : 128 }

        private init(isIPv4: Bool, address: UInt128, prefix: Int) {
            self.isIPv4 = isIPv4
            self.address = address
            self.prefix = prefix
        }

        /// Reads `192.0.2.1`, `192.0.2.0/24`, `2001:db8::1` or `2001:db8::/32`. IPv4 inside IPv6 is refused.
        package init?(_ text: Text) {
            let parts = Array(text.string.utf8).split(
                separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
            guard let first = parts.first else { return nil }
            let isIPv4 = !first.contains(UInt8(ascii: ":"))
            guard let address = isIPv4 ? Self.ipv4(first) : Self.ipv6(first) else { return nil }
            let width = isIPv4 ? 32 : 128
            var prefix = width
            if parts.count == 2 {
                guard let written = Self.prefix(parts[1], width: width) else { return nil }
                prefix = written
            }
            self.init(isIPv4: isIPv4, address: address, prefix: prefix)
        }

        package var isLoopback: Bool {
            isIPv4 ? address >> 24 == 127 && prefix >= 8 : address == 1 && prefix == 128
        }

        package var isMulticast: Bool {
            isIPv4 ? address >> 28 == 0xE && prefix >= 4 : address >> 120 == 0xFF && prefix >= 8
        }

        /// Whether every address of this range lies in the other.
        package func isInRange(_ other: IPAddress) -> Bool {
            isIPv4 == other.isIPv4 && other.first <= first && last <= other.last
        }

        private var hostMask: UInt128 {
            let hostBits = width - prefix
            return hostBits == 128 ? .max : (1 << UInt128(hostBits)) - 1
        }
        private var first: UInt128 { address & ~hostMask }
        private var last: UInt128 { address | hostMask }

        // MARK: - Reading

        private static func ipv4(_ text: ArraySlice<UInt8>) -> UInt128? {
            let octets = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            guard octets.count == 4 else { return nil }
            var address: UInt128 = 0
            for octet in octets {
                guard octet.count <= 3, octet.count == 1 || octet.first != UInt8(ascii: "0"),
                    let number = Digits.number(octet), number <= 255
                else { return nil }
                address = address << 8 | UInt128(number)
            }
            return address
        }

        private static func ipv6(_ text: ArraySlice<UInt8>) -> UInt128? {
            let colon = UInt8(ascii: ":")
            var head = text
            var tail: ArraySlice<UInt8>?
            if let gap = text.indices.dropLast().first(where: { text[$0] == colon && text[$0 + 1] == colon }) {
                head = text[..<gap]
                tail = text[(gap + 2)...]
            }
            guard let left = groups(head), let right = groups(tail ?? []) else { return nil }
            let known = left.count + right.count
            guard tail == nil ? known == 8 : known <= 7 else { return nil }
            let all = left + Array(repeating: 0, count: 8 - known) + right
            return all.reduce(0) { $0 << 16 | $1 }
        }

        private static func groups(_ text: ArraySlice<UInt8>) -> [UInt128]? {
            guard !text.isEmpty else { return [] }
            var groups: [UInt128] = []
            for group in text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
                guard (1...4).contains(group.count), group.allSatisfy(isHexadecimal),
                    let number = UInt128(String(decoding: group, as: UTF8.self), radix: 16)
                else { return nil }
                groups.append(number)
            }
            return groups
        }

        private static func isHexadecimal(_ byte: UInt8) -> Bool {
            Unicode.Scalar(byte).properties.isASCIIHexDigit
        }

        private static func prefix(_ text: ArraySlice<UInt8>, width: Int) -> Int? {
            guard text.count <= 3, text.count == 1 || text.first != UInt8(ascii: "0"),
                let number = Digits.number(text), number <= width
            else { return nil }
            return Int(number)
        }
    }
}

extension Value.IPAddress: CustomStringConvertible {
    package var description: String {
        let text: String
        if isIPv4 {
            text = (0..<4).map { String(address >> UInt128(24 - 8 * $0) & 0xFF) }.joined(separator: ".")
        } else {
            text = (0..<8).map { String(address >> UInt128(112 - 16 * $0) & 0xFFFF, radix: 16) }.joined(separator: ":")
        }
        return prefix == width ? text : "\(text)/\(prefix)"
    }
}
