internal import BedelDomain
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// JSON as the API speaks it: names with underscores, members in a fixed order.
enum JSONAnswer {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws(BedelError) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: try encode(value))))
    }

    static func encode(_ value: some Encodable) throws(BedelError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { return Array(try encoder.encode(value)) } catch { throw .internalFailure(String(reflecting: error)) }
    }

    /// - Throws: `invalidRequest` naming what does not fit.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws(BedelError) -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        do { return try decoder.decode(type, from: Data(bytes)) } catch {
            throw BedelError(
                .invalidRequest, "The JSON is not what belongs here: \(reason(error)).",
                next: "See /api/v1/openapi.json for what it has to hold.", detail: String(reflecting: error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "“\(key.stringValue)” is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "“\(context.codingPath.map(\.stringValue).joined(separator: "."))” has another type"
        case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
            "“\(context.codingPath.map(\.stringValue).joined(separator: "."))”: \(context.debugDescription)"
        default: "it is not valid JSON"
        }
    }
}
