import Foundation
import TidegateModel
import Transfer

/// The list of refused contacts that a job names.
///
/// Its columns are described nowhere: it is said to have addresses and reasons, and that is all that is relied on.
struct SendGridErrorsList: Sendable {
    /// What an identifier without an at sign is, where the mapping has only one other.
    private let otherIdentifier: String?
    private let failures = Locked<[String: Int]>([:])

    private static let mostFailures = 3

    init(_ fields: [SendGridField]) {
        let others = fields.filter { $0.content == .identifier }.map(\.key)
        otherIdentifier = others.count == 1 ? others.first : nil
    }

    /// Fetches the list at once, because its address expires; nothing where it cannot be had.
    ///
    /// The address is signed, so the key does not go there.
    ///
    /// - Throws: `.transient` where trying again may help, three times for a job at most: an ended job is not to be unknown
    ///   for want of its list.
    func rejections(at url: String, ofJob job: String) async throws(DeliveryError) -> [JobResult.Rejection] {
        guard Self.isSafe(url) else { return [] }
        do {
            let answer = try await TransferClient.shared.run(
                TransferRequest("GET", url, headers: ["User-Agent: tidegate"]))
            if answer.status == 200 { return rejections(in: answer.body) }
            guard answer.status == 429 || answer.status >= 500 else { return [] }
        } catch {
            if error.kind == .cancelled { throw .cancelled }
        }
        let count = failures.withLock { failures in
            failures[job, default: 0] += 1
            return failures[job, default: 0]
        }
        guard count >= Self.mostFailures else {
            throw .transient("SendGrid's list of refused contacts could not be had")
        }
        return []
    }

    private static func isSafe(_ url: String) -> Bool {
        guard let parts = URLComponents(string: url, encodingInvalidCharacters: false), let host = parts.host else {
            return false
        }
        return parts.scheme == "https" || (parts.scheme == "http" && HTTPCall.isLoopback(host))
    }

    // MARK: Reading

    /// Each contact that the list names, once, whether the list is JSON, a line of JSON for each, or CSV.
    func rejections(in body: [UInt8]) -> [JobResult.Rejection] {
        let rows = objects(in: body) ?? Self.lines(in: body)
        var found: [JobResult.Rejection] = []
        var identities: Set<String> = []
        for row in rows {
            guard let rejection = rejection(of: row), identities.insert(rejection.identity).inserted else { continue }
            found.append(rejection)
        }
        return found
    }

    /// - Parameter row: names are empty where the list has none.
    private func rejection(of row: [(name: String, value: String)]) -> JobResult.Rejection? {
        guard let (identity, place) = identity(in: row) else { return nil }
        let others = row.enumerated().filter { $0.offset != place && !$0.element.value.isEmpty }.map(\.element)
        let named = others.first { cell in ["reason", "message", "error"].contains { cell.name.contains($0) } }
        let unnamed = others.allSatisfy(\.name.isEmpty) ? others.max { $0.value.count < $1.value.count } : nil
        let reason = (named ?? unnamed)?.value ?? ""
        let values = row.map(\.value).filter { $0 != reason }
        let isAddress = reason.localizedCaseInsensitiveContains("email") && reason.lowercased().contains("valid")
        return JobResult.Rejection(
            identity: identity, code: isAddress ? "invalid-email" : "rejected",
            message: SendGridProblem.safe(reason, without: values)
        )
    }

    private func identity(in row: [(name: String, value: String)]) -> (String, Int)? {
        for (place, cell) in row.enumerated() where cell.name != "alternate_emails" {
            let address = MailAddress.normal(cell.value)
            if MailAddress.isValid(Array(address.utf8)) || (cell.name.contains("email") && address.contains("@")) {
                return (address, place)
            }
        }
        for (place, cell) in row.enumerated() where !cell.value.isEmpty {
            if SendGridField.identifiers.contains(cell.name) { return ("\(cell.name):\(cell.value)", place) }
            if cell.name.contains("identifier"), let otherIdentifier {
                return ("\(otherIdentifier):\(cell.value)", place)
            }
        }
        return nil
    }

    private typealias Row = [(name: String, value: String)]

    private func objects(in body: [UInt8]) -> [Row]? {
        let whole = SendGridJSON(body)
        if whole.isThere {
            let isRow = identity(in: Self.row(whole)) != nil
            let list = isRow ? whole : whole.members.first { !$0.value.items.isEmpty }?.value ?? whole
            return list.items.map(Self.row)
        }
        let lines = body.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map { SendGridJSON(Array($0)) }
        guard let first = lines.first, first.isThere, !first.members.isEmpty else { return nil }
        return lines.map(Self.row)
    }

    private static func row(_ object: SendGridJSON) -> Row {
        object.members.compactMap { name, value in value.text.map { (name.lowercased(), $0) } }
    }

    /// Of CSV, whose first line has the names unless there is an address in it.
    private static func lines(in body: [UInt8]) -> [Row] {
        var records = CommaSeparated.records(in: String(decoding: body, as: UTF8.self))
        guard let first = records.first else { return [] }
        let hasNames = !first.contains { $0.contains("@") }
        if hasNames { records.removeFirst() }
        let names = hasNames ? first.map { Text.trimmed($0).lowercased() } : []
        return records.map { record in
            record.enumerated().map { (names.indices.contains($0) ? names[$0] : "", $1) }
        }
    }
}
