/// The numbers of the calls the filter speaks of (asm/unistd_64.h and asm-generic/unistd.h).
struct SystemCalls {
    let clone: UInt32
    let clone3: UInt32
    let socket: UInt32
    let refused: [UInt32]

    static let x86_64 = SystemCalls(
        clone: 56, clone3: 435, socket: 41,
        refused: [
            101,  // ptrace
            103,  // syslog
            134,  // uselib
            135,  // personality
            155,  // pivot_root
            161,  // chroot
            163,  // acct
            165, 166,  // mount, umount2
            167, 168, 169,  // swapon, swapoff, reboot
            172, 173,  // iopl, ioperm
            175, 176,  // init_module, delete_module
            179,  // quotactl
            246, 320,  // kexec_load, kexec_file_load
            248, 249, 250,  // add_key, request_key, keyctl
            272, 308,  // unshare, setns
            298,  // perf_event_open
            303, 304,  // name_to_handle_at, open_by_handle_at
            310, 311, 312,  // process_vm_readv, process_vm_writev, kcmp
            313,  // finit_module
            321, 323,  // bpf, userfaultfd
            425, 426, 427,  // io_uring_setup, io_uring_enter, io_uring_register
        ] + SystemCalls.mounting)

    static let aarch64 = SystemCalls(
        clone: 220, clone3: 435, socket: 198,
        refused: [
            117, 116,  // ptrace, syslog
            92,  // personality
            41, 51, 89,  // pivot_root, chroot, acct
            40, 39,  // mount, umount2
            224, 225, 142,  // swapon, swapoff, reboot
            105, 106, 273,  // init_module, delete_module, finit_module
            60,  // quotactl
            104, 294,  // kexec_load, kexec_file_load
            217, 218, 219,  // add_key, request_key, keyctl
            97, 268,  // unshare, setns
            241,  // perf_event_open
            264, 265,  // name_to_handle_at, open_by_handle_at
            270, 271, 272,  // process_vm_readv, process_vm_writev, kcmp
            280, 282,  // bpf, userfaultfd
            425, 426, 427,  // io_uring_setup, io_uring_enter, io_uring_register
        ] + SystemCalls.mounting)

    /// open_tree, move_mount, fsopen, fsconfig, fsmount, fspick, mount_setattr: the same everywhere.
    private static let mounting: [UInt32] = [428, 429, 430, 431, 432, 433, 442]
}
