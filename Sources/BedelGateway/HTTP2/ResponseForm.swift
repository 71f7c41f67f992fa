internal import BedelDomain
internal import NIOCore
internal import NIOHPACK

/// A response's head in the other form, both ways.
enum ResponseForm {
    /// For a client.
    static func section(of head: ResponseHead) -> HPACKHeaders {
        var section = HPACKHeaders()
        section.reserveCapacity(head.block.fields.count + 1)
        section.add(name: ":status", value: String(head.status))
        for field in head.block.fields {
            if let field = FieldForm.field(head.block[field.name], head.block[field.value]) {
                section.add(name: field.name, value: field.value)
            }
        }
        return section
    }

    /// An upstream's, as HTTP/1.1.
    /// - Parameters:
    ///   - hasBody: whether the section did not end the stream.
    ///   - isHeadRequest: whether it answers HEAD.
    /// - Throws: `invalidRequest`: to the one who asked it is a failure of the upstream's.
    static func head(
        of section: HPACKHeaders, hasBody: Bool, isHeadRequest: Bool
    ) throws(BedelError) -> (bytes: [UInt8], status: Int, framing: BodyFraming) {
        guard let text = section.first(name: ":status"), text.utf8.count == 3, let status = Int(text),
            (100...599).contains(status), status != 101
        else { throw .malformed(":status is not a status") }
        var bytes = Array("HTTP/1.1 \(text) \r\n".utf8)
        var length: [UInt8]?
        for (name, value, _) in section where !name.hasPrefix(":") {
            let name = Array(name.utf8)
            let value = Array(value.utf8)
            try FieldForm.check(name[...], value[...])
            if name[...].equals("content-length") { length = value }
            bytes += name + [UInt8(ascii: ":"), 0x20] + value + [0x0D, 0x0A]
        }
        let hasNoContent = isHeadRequest || status < 200 || status == 204 || status == 304
        var framing = BodyFraming.none
        if let length {
            framing = hasNoContent ? .none : .length(try BodyFraming.number(length[...]))
        } else if !hasNoContent {
            framing = hasBody ? .chunked : .length(0)
            bytes += Array((hasBody ? "transfer-encoding: chunked\r\n" : "content-length: 0\r\n").utf8)
        }
        bytes += [0x0D, 0x0A]
        return (bytes, status, framing)
    }
}
