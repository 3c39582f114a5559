import Foundation
import TidegateModel

/// The files of one export as they come into being.
final class PartFiles {
    private let folder: String
    /// The name of each part, counted from 1.
    private let name: (Int) -> String
    private let isChecked: Bool
    private let compressor: any Compressor
    private let opening: StagingFile.Opening
    private var current: StagingFile?
    private var finished: [StagedFile] = []

    /// - Parameters:
    ///   - isChecked: whether lines are counted and files have an MD5, for a control file.
    ///   - name: answers plain names.
    init(
        folder: String, compressor: any Compressor, isChecked: Bool = false, opening: @escaping StagingFile.Opening,
        name: @escaping (Int) -> String
    ) {
        self.folder = folder
        self.name = name
        self.isChecked = isChecked
        self.compressor = compressor
        self.opening = opening
    }

    /// `name.csv`, `name_2.csv` and so on.
    convenience init(_ request: ExportRequest, opening: @escaping StagingFile.Opening) throws(ProfileError) {
        guard !request.baseName.isEmpty, !request.baseName.contains("/"), !request.baseName.hasPrefix(".") else {
            throw .rejected("file name '\(request.baseName)' is not a plain name")
        }
        let names = ExportedNames(stem: request.baseName, fileExtension: request.layout.fileExtension)
        self.init(
            folder: request.folder, compressor: try request.layout.makeCompressor(), opening: opening, name: names.part
        )
    }

    /// Writes whole rows to the part that is open, opening one where none is.
    func write(_ block: UnsafeRawBufferPointer) throws(ProfileError) {
        let file = try part()
        guard !block.isEmpty else { return }
        try compressor.compress(block, into: file)
    }

    /// Ends the part that is open; one of no bytes is a file all the same.
    func endPart(_ end: PartEnd) throws(ProfileError) {
        let file = try part()
        try compressor.finish(into: file)
        let digests = try file.finish()
        finished.append(
            StagedFile(
                path: "\(folder)/\(file.name)", name: file.name, rows: end.rows, size: file.size,
                sha256: digests.sha256, check: digests.md5.map { StagedFile.Check(lines: end.lines, md5: $0) }
            )
        )
        current = nil
    }

    var files: [StagedFile] { finished }

    /// Removes everything, also what was finished.
    func discard() {
        current = nil
        for file in finished { unlink(file.path) }
        finished = []
    }

    private func part() throws(ProfileError) -> StagingFile {
        if let current { return current }
        let name = name(finished.count + 1)
        let file = try StagingFile(path: "\(folder)/\(name)", name: name, hasMD5: isChecked, opening: opening)
        try compressor.begin()
        current = file
        return file
    }
}

/// What the part that ends here holds.
struct PartEnd {
    let rows: Int
    /// Headers included; told of files that are checked, and of no others.
    var lines = 0
}
