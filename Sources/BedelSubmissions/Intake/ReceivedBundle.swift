internal import BedelDomain
internal import NIOPosix

/// A bundle that passed every check, in canonical form, not kept anywhere yet.
struct ReceivedBundle: Sendable {
    let layout: BundleLayout
    let canonical: CanonicalTar.Result
    let fileCount: Int

    /// The way of a hand-in's bytes: spool, take apart, recognise, write anew.
    /// - Throws: ``BedelError`` `tooLarge`, `unreadableBundle`, `unsafeBundle`, `unrecognisedBundle`,
    ///   `invalidRequirements`.
    static func receive(
        _ archive: ByteStream, limits: BundleLimits, directory: String, pool: NIOThreadPool
    ) async throws -> ReceivedBundle {
        let upload = try await SpooledUpload.receive(
            archive, limit: limits.uploadBytes, directory: directory, pool: pool)
        return try await pool.runIfActive {
            let bundle = try BundleReader.read(upload, limits: limits, directory: directory)
            try LargeFilePointer.refuse(in: bundle)
            let layout = try ModelLayout.recognise(bundle)
            let canonical = try CanonicalTar.write(bundle, directory: directory)
            return ReceivedBundle(layout: layout, canonical: canonical, fileCount: bundle.files.count)
        }
    }

    func bytes(pool: NIOThreadPool) -> ByteStream { ByteStream(FilePieces(file: canonical.file, pool: pool)) }
}
