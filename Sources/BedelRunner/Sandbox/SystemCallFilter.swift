/// A seccomp filter (classic BPF, seccomp(2)) that takes away what a model never needs and kernels were broken with:
/// new namespaces, mounts, tracing, BPF, key rings, modules, io_uring, other address families.
///
/// What is refused fails with EPERM, so that libraries which only try can go on.
struct SystemCallFilter: Equatable {
    enum Architecture: Equatable {
        case x86_64, aarch64

        static var current: Architecture? {
            #if arch(x86_64)
                .x86_64
            #elseif arch(arm64)
                .aarch64
            #else
                nil
            #endif
        }
    }

    /// One `struct sock_filter`: 8 bytes, host order.
    struct Instruction: Equatable {
        var code: UInt16
        var ifTrue: UInt8 = 0
        var ifFalse: UInt8 = 0
        var value: UInt32
    }

    let instructions: [Instruction]

    init(_ architecture: Architecture) {
        let calls = architecture == .x86_64 ? SystemCalls.x86_64 : SystemCalls.aarch64
        var program = Self.prologue(architecture)
        program += Self.refuse(calls.clone3, with: Self.noSuchCall)
        program += Self.refuseNewUserNamespace(calls.clone)
        program += Self.refuseOtherFamilies(calls.socket)
        for call in calls.refused { program += Self.refuse(call, with: Self.notPermitted) }
        instructions = program + [Instruction(code: Self.give, value: Self.allow)]
    }

    /// As the kernel reads it, little-endian like both architectures.
    var bytes: [UInt8] {
        instructions.flatMap { one in
            [UInt8(truncatingIfNeeded: one.code), UInt8(truncatingIfNeeded: one.code >> 8), one.ifTrue, one.ifFalse]
                + (0..<4).map { UInt8(truncatingIfNeeded: one.value >> (8 * UInt32($0))) }
        }
    }

    // Opcodes of linux/bpf_common.h and answers of linux/seccomp.h.
    private static let load: UInt16 = 0x20
    private static let jumpIfEqual: UInt16 = 0x15
    private static let jumpIfAnyBit: UInt16 = 0x45
    private static let jumpIfAtLeast: UInt16 = 0x35
    private static let give: UInt16 = 0x06
    private static let allow: UInt32 = 0x7fff_0000
    private static let kill: UInt32 = 0x8000_0000
    private static let notPermitted: UInt32 = 0x0005_0001
    private static let noSuchCall: UInt32 = 0x0005_0026
    // Offsets in struct seccomp_data.
    private static let callNumber: UInt32 = 0
    private static let architectureOffset: UInt32 = 4
    private static let firstArgument: UInt32 = 16

    /// Another architecture's numbers mean other calls, so they end the process; so do x32's on x86-64.
    private static func prologue(_ architecture: Architecture) -> [Instruction] {
        let audit: UInt32 = architecture == .x86_64 ? 0xc000_003e : 0xc000_00b7
        return [
            Instruction(code: load, value: architectureOffset),
            Instruction(code: jumpIfEqual, ifTrue: 1, value: audit),
            Instruction(code: give, value: kill),
            Instruction(code: load, value: callNumber),
            Instruction(code: jumpIfAtLeast, ifFalse: 1, value: 0x4000_0000),
            Instruction(code: give, value: kill),
        ]
    }

    private static func refuse(_ call: UInt32, with answer: UInt32) -> [Instruction] {
        [Instruction(code: jumpIfEqual, ifFalse: 1, value: call), Instruction(code: give, value: answer)]
    }

    /// clone3's flags are behind a pointer no filter can follow: it "does not exist", and libraries fall back to clone.
    private static func refuseNewUserNamespace(_ clone: UInt32) -> [Instruction] {
        let newNamespaces: UInt32 = 0x7e02_0000
        return [
            Instruction(code: jumpIfEqual, ifFalse: 4, value: clone),
            Instruction(code: load, value: firstArgument),
            Instruction(code: jumpIfAnyBit, ifFalse: 1, value: newNamespaces),
            Instruction(code: give, value: notPermitted),
            Instruction(code: give, value: allow),
        ]
    }

    /// Unix, IPv4 and IPv6 stay (the last two reach only the sandbox's own loopback); netlink, packet, vsock, … go.
    private static func refuseOtherFamilies(_ socket: UInt32) -> [Instruction] {
        [
            Instruction(code: jumpIfEqual, ifFalse: 6, value: socket),
            Instruction(code: load, value: firstArgument),
            Instruction(code: jumpIfEqual, ifTrue: 3, value: 1),
            Instruction(code: jumpIfEqual, ifTrue: 2, value: 2),
            Instruction(code: jumpIfEqual, ifTrue: 1, value: 10),
            Instruction(code: give, value: notPermitted),
            Instruction(code: give, value: allow),
        ]
    }
}
