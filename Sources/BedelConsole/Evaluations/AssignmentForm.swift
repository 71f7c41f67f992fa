internal import BedelDomain

/// Reads a new assignment from its form: the plain fields first, the hidden CSV last.
struct AssignmentForm {
    /// Bytes of the CSV.
    let limit: Int

    /// - Throws: `invalidRequest` or `invalidName` naming the field; `tooLarge`.
    func draft(from reader: MultipartReader) async throws -> AssignmentDraft {
        let (fields, hasFile) = try await reader.fieldsBeforeFile()
        guard hasFile else {
            throw BedelError(
                .invalidRequest, "No data set came with the form.",
                next: "Choose a CSV file, as the last field, and send it again.")
        }
        let dataset = try await reader.rest(limit: limit)
        return AssignmentDraft(
            name: try fields.label("name", of: "assignment"), title: try fields.required("title"),
            description: fields["description"] ?? "", metric: try metric(fields["metric"]),
            deadline: try deadline(fields["deadline"]), envelope: try envelope(fields), dataset: dataset)
    }

    private func metric(_ text: String?) throws(BedelError) -> Metric {
        guard let text else { return .accuracy }
        guard let metric = Metric(rawValue: text) else {
            throw BedelError(
                .invalidRequest, "“\(text.prefix(20))” is no metric.",
                next: "Use one of: \(Metric.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return metric
    }

    private func deadline(_ text: String?) throws(BedelError) -> Timestamp? {
        guard let text else { return nil }
        guard let time = Timestamp(text) else {
            throw BedelError(
                .invalidRequest, "“\(text.prefix(40))” is no time.", next: "Write it as 2026-11-21T09:05Z, in UTC.")
        }
        return time
    }

    /// The usual envelope, but for what the form says.
    private func envelope(_ fields: FormFields) throws(BedelError) -> Envelope {
        var envelope = Envelope.standard
        if let value = try fields.number("cpu", in: 100...16_000) { envelope.cpuMillicores = value }
        if let value = try fields.number("memory", in: 64...65_536) { envelope.memory = Int64(value) << 20 }
        if let value = try fields.number("processes", in: 1...4096) { envelope.processes = value }
        if let value = try fields.number("start-seconds", in: 1...600) { envelope.startSeconds = value }
        if let value = try fields.number("call-seconds", in: 1...600) { envelope.callSeconds = value }
        return envelope
    }
}
