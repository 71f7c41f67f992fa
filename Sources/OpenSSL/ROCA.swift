/// The fingerprint of RSA keys made by a faulty generator whose keys can be factored (CVE-2017-15361; Nemec et al.,
/// "The Return of Coppersmith's Attack", CCS 2017, section 2.4): modulo each of many small primes the modulus is a
/// power of 65537. A sound key passes for one by chance once in about 2^28.
enum ROCA {
    /// - Parameter modulus: big-endian.
    static func matches(_ modulus: [UInt8]) -> Bool {
        primes.allSatisfy { prime in powers(modulo: prime).contains(remainder(of: modulus, by: prime)) }
    }

    /// Whether one of the small primes divides it, as it does most numbers that are no product of two large ones.
    static func hasSmallFactor(_ modulus: [UInt8]) -> Bool {
        primes.contains { remainder(of: modulus, by: $0) == 0 }
    }

    private static let primes: [UInt32] = [
        3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109,
        113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ]

    private static func powers(modulo prime: UInt32) -> Set<UInt32> {
        var found: Set<UInt32> = []
        var power: UInt32 = 1
        while found.insert(power).inserted { power = power * (65537 % prime) % prime }
        return found
    }

    private static func remainder(of number: [UInt8], by divisor: UInt32) -> UInt32 {
        number.reduce(0) { ($0 << 8 | UInt32($1)) % divisor }
    }
}
