import Testing

/// SQL has one home, and values never become part of its text. That they cannot is the work of the store's `SQL` type,
/// whose interpolation binds; these tests see to it that nobody goes around it.
@Suite("SQL")
struct StatementTests {
    @Test func statementsStandInTheStoreOnly() throws {
        let beginnings = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE "]
        for file in try House.swiftFiles(in: "Sources") where file.target != "BedelStore" {
            for (index, line) in file.lines.enumerated() {
                let text = line.drop(while: { $0 == " " || $0 == "\"" })
                let isStatement =
                    beginnings.contains { text.hasPrefix($0) } || beginnings.contains { line.contains("\"\($0)") }
                #expect(!isStatement, "\(file.path):\(index + 1)")
            }
        }
    }

    /// libpq's ways of sending text are called where the placeholders are made, and nowhere else.
    @Test func onlyTheConnectionSpeaksToTheServer() throws {
        let senders = ["PQexec", "PQsend", "PQprepare", "PQescape"]
        for file in try House.swiftFiles(in: "Sources") where !file.path.hasPrefix("Sources/BedelStore/Connection/") {
            let places = file.places { line in senders.contains { line.contains($0) } }
            #expect(places.isEmpty, "\(places)")
        }
    }

    /// The unsafe spelling takes text that is whole: a name or a plain literal, never one that is put together there.
    @Test func unsafeTextIsNeverPutTogether() throws {
        for file in try House.swiftFiles(in: "Sources/BedelStore") {
            for (index, line) in file.lines.enumerated() where file.code[index].contains("(unsafe: ") {
                let argument = line.split(separator: "(unsafe: ", maxSplits: 1).last ?? ""
                let isWhole = !argument.contains("\\(") && !argument.contains("+") && !argument.contains("\"\"\"")
                #expect(isWhole, "\(file.path):\(index + 1)")
            }
        }
    }

    /// A statement kept in a `String` could be built from anything.
    @Test func statementsAreOfTheirOwnType() throws {
        for file in try House.swiftFiles(in: "Sources/BedelStore") {
            for (index, line) in file.lines.enumerated() {
                let isText =
                    line.contains(": String = \"SELECT") || line.contains(": String = \"INSERT")
                    || line.contains(": String = \"UPDATE") || line.contains(": String = \"DELETE")
                #expect(!isText, "\(file.path):\(index + 1)")
            }
        }
    }
}
