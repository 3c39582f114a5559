import AudienceManager
import Foundation
import TidegateModel

/// The files of one source's drop-off that were taken or rejected in one environment.
struct DropFiles {
    let source: UUID
    let environment: DropOff.Environment
    let connection: Connection

    /// Adds a file, or what became now of a rejected one that came back with the same name and bytes.
    func remember(_ receipt: FileReceipt, modifiedAt: Instant?) throws(ProfileError) {
        guard receipt.outcome == .taken || receipt.outcome == .rejected else {
            throw .rejected("profile store remembers only files that were taken or rejected")
        }
        let statement = try connection.prepare(
            """
            INSERT INTO drop_file (source, environment, name, sha256, size, modified_at, outcome, receipt)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (source, environment, name, sha256) DO UPDATE
            SET sequence = (SELECT max(sequence) + 1 FROM drop_file), size = excluded.size,
                modified_at = excluded.modified_at, outcome = excluded.outcome,
                is_settled = 0, receipt = excluded.receipt
            WHERE outcome = 'rejected'
            """
        )
        // A file that was rejected by its name alone was never read.
        bind(receipt.file, sha256: receipt.sha256 ?? "", to: statement)
        statement.bind(receipt.size ?? 0, at: 5)
        if let modifiedAt { statement.bind(modifiedAt.milliseconds, at: 6) }
        statement.bind(receipt.outcome.rawValue, at: 7)
        statement.bind(try Self.text(of: receipt), at: 8)
        try statement.run()
    }

    /// In the order in which they were taken.
    func known() throws(ProfileError) -> [KnownFile] {
        let statement = try connection.prepare(
            """
            SELECT name, size, modified_at, sha256, outcome, is_settled
            FROM drop_file WHERE source = ?1 AND environment = ?2 ORDER BY sequence
            """
        )
        statement.bind(source.stored, at: 1)
        statement.bind(environment.number, at: 2)
        var files: [KnownFile] = []
        while try statement.step() {
            files.append(
                KnownFile(
                    name: statement.text(at: 0),
                    size: statement.integer(at: 1),
                    modifiedAt: statement.isNull(at: 2) ? nil : Instant(milliseconds: statement.integer(at: 2)),
                    sha256: statement.text(at: 3),
                    outcome: statement.text(at: 4) == "taken" ? .taken : .rejected,
                    isSettled: statement.integer(at: 5) == 1
                ))
        }
        return files
    }

    func settle(_ name: String, sha256: String) throws(ProfileError) {
        let statement = try connection.prepare(
            "UPDATE drop_file SET is_settled = 1 WHERE \(Self.isFile)"
        )
        bind(name, sha256: sha256, to: statement)
        try statement.run()
    }

    /// A known file was seen again under a new time, by which the next look knows it without reading it.
    func note(_ modifiedAt: Instant?, of name: String, sha256: String) throws(ProfileError) {
        let statement = try connection.prepare(
            """
            UPDATE drop_file SET modified_at = ?5 WHERE \(Self.isFile) AND modified_at IS NOT ?5
            """
        )
        bind(name, sha256: sha256, to: statement)
        if let modifiedAt { statement.bind(modifiedAt.milliseconds, at: 5) }
        try statement.run()
    }

    /// Of the file with this name and these bytes; nil where it is not known.
    func receipt(of name: String, sha256: String) throws(ProfileError) -> FileReceipt? {
        let statement = try connection.prepare(
            "SELECT receipt FROM drop_file WHERE \(Self.isFile)"
        )
        bind(name, sha256: sha256, to: statement)
        guard try statement.step() else { return nil }
        return try Self.receipt(from: statement.bytes(at: 0))
    }

    /// Of a source in whatever environment, the newest first.
    static func receipts(
        of source: UUID, limit: Int, on connection: Connection
    ) throws(ProfileError) -> [FileReceipt] {
        let statement = try connection.prepare(
            "SELECT receipt FROM drop_file WHERE source = ?1 ORDER BY sequence DESC LIMIT ?2"
        )
        statement.bind(source.stored, at: 1)
        statement.bind(Int64(limit), at: 2)
        var receipts: [FileReceipt] = []
        while try statement.step() { receipts.append(try receipt(from: statement.bytes(at: 0))) }
        return receipts
    }

    private static let isFile = "source = ?1 AND environment = ?2 AND name = ?3 AND sha256 = ?4"

    private func bind(_ name: String, sha256: String, to statement: borrowing Statement) {
        statement.bind(source.stored, at: 1)
        statement.bind(environment.number, at: 2)
        statement.bind(name, at: 3)
        statement.bind(sha256, at: 4)
    }

    private static func text(of receipt: FileReceipt) throws(ProfileError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(receipt), as: UTF8.self)
        } catch {
            throw .rejected("profile store cannot write a receipt")
        }
    }

    private static func receipt(from bytes: UnsafeRawBufferPointer) throws(ProfileError) -> FileReceipt {
        do {
            return try JSONDecoder().decode(FileReceipt.self, from: Data(bytes))
        } catch {
            throw .rejected("profile store has a damaged receipt of a drop-off's file")
        }
    }
}
