internal import BedelDomain

/// Git LFS leaves a small text in place of a large file (Git LFS specification, "The Pointer"). As a model it would
/// only fail later and puzzle its author.
enum LargeFilePointer {
    static func refuse(in bundle: BundleFiles) throws(BedelError) {
        let mark = Array("version https://git-lfs.github.com/spec/".utf8)
        for file in bundle.files where file.size < 1024 && file.size > Int64(mark.count) {
            guard try bundle.head(of: file, limit: mark.count) == mark else { continue }
            throw BedelError(
                .unrecognisedBundle, "“\(file.path)” is only a Git LFS pointer, not the file itself.",
                next: "Commit the file itself (“git lfs untrack”, then “git add --renormalize .”) and push again.",
                arguments: ["entry": file.path])
        }
    }
}
