import Foundation
import TidegateModel

/// The files of one export as they come into being: `name.csv`, `name_2.csv` and so on.
final class PartFiles {
    private let folder: String
    private let baseName: String
    private let fileExtension: String
    private let compressor: any Compressor
    private let opening: StagingFile.Opening
    private var current: StagingFile?
    private var finished: [StagedFile] = []

    init(_ request: ExportRequest, opening: @escaping StagingFile.Opening) throws(ProfileError) {
        guard !request.baseName.isEmpty, !request.baseName.contains("/"), !request.baseName.hasPrefix(".") else {
            throw .rejected("file name '\(request.baseName)' is not a plain name")
        }
        folder = request.folder
        baseName = request.baseName
        fileExtension = request.layout.fileExtension
        compressor = try request.layout.makeCompressor()
        self.opening = opening
    }

    /// Writes whole rows to the part that is open, opening one where none is.
    func write(_ block: UnsafeRawBufferPointer) throws(ProfileError) {
        let file = try part()
        guard !block.isEmpty else { return }
        try compressor.compress(block, into: file)
    }

    /// Ends the part that is open; one of no bytes is a file all the same.
    func endPart(rows: Int) throws(ProfileError) {
        let file = try part()
        try compressor.finish(into: file)
        let digest = try file.finish()
        finished.append(
            StagedFile(path: "\(folder)/\(file.name)", name: file.name, rows: rows, size: file.size, sha256: digest)
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
        let number = finished.count + 1
        let name = baseName + (number == 1 ? "" : "_\(number)") + fileExtension
        let file = try StagingFile(path: "\(folder)/\(name)", name: name, opening: opening)
        try compressor.begin()
        current = file
        return file
    }
}
