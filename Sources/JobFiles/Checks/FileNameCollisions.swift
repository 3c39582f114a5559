import Foundation
import TidegateModel

/// Dataflows, and segments of one, that could write one file name into one place.
struct FileNameCollisions {
    /// What one segment of one dataflow writes, or one dataflow for all of them.
    private struct FileSet {
        var dataflow: Int
        var segment: String
    }

    /// Where a path with a file name only has to be looked for.
    private struct Shelf: Hashable {
        var root: PlaceRoot
        /// Slashes are certain, so that paths with more or fewer never meet.
        var depth: Int
        var fileExtension: String
    }

    /// A destination as far as the names in it go.
    struct Target {
        var destination: Destination
        var folder: FolderPath
        var root: PlaceRoot
    }

    let drafts: [DataflowDraft]
    let context: ReadingContext
    private var sets: [FileSet] = []
    private var shelves: [Shelf: SimilarNames] = [:]
    /// By dataflow, the earliest file set that one of its own could meet, and that one.
    private var met: [Int: (own: Int, other: Int)] = [:]

    init(_ drafts: [DataflowDraft], _ context: ReadingContext) {
        self.drafts = drafts
        self.context = context
    }

    /// Reports templates that cannot be read, and each dataflow that could meet an earlier one or itself.
    mutating func report(
        _ dataflows: [Dataflow?], _ destinations: [Destination], _ segments: [Segment], _ dataSources: [DataSource]
    ) {
        let targets = Dictionary(destinations.compactMap(target)) { first, _ in first }
        let segments = Dictionary(segments.map { ($0.name, $0.id) }) { first, _ in first }
        let dpids = DataSource.dpids(byName: dataSources)
        for (index, dataflow) in dataflows.enumerated() {
            if drafts[index].file?.audienceManager != nil {
                guard let dataflow, !dataflow.isDetached, let target = targets[dataflow.destination] else { continue }
                addAudienceManager(dataflow, index, to: target, dpids)
                continue
            }
            guard let name = fileName(of: drafts[index]), let dataflow, !dataflow.isDetached,
                let target = targets[dataflow.destination]
            else { continue }
            var seen: Set<String> = []
            for segment in dataflow.segments where seen.insert(segment).inserted {
                guard let id = segments[segment] else { continue }
                let subject = FileName.Subject(
                    destination: target.destination, dataflow: dataflow, segment: .init(id: id, name: segment)
                )
                guard isUsable(name, in: target.folder, subject, drafts[index]) else { break }
                let shape = FileNameShape(name, in: target.folder, subject)
                guard !shape.hasRun else { continue }
                add(
                    shape.stems, fileExtension: dataflow.file.fileExtension,
                    of: FileSet(dataflow: index, segment: segment), to: target
                )
            }
        }
        for names in shelves.values {
            names.forEachPair { note($0, $1) }
        }
        for (dataflow, pair) in met { report(dataflow, pair) }
    }

    /// Nil for a connector, which has no files.
    private func target(_ destination: Destination) -> (String, Target)? {
        guard let path = destination.path, let root = PlaceRoot(destination.place) else { return nil }
        do throws(FileNameError) {
            let folder = try FolderPath(template: path)
            return (destination.name, Target(destination: destination, folder: folder, root: root))
        } catch {
            // Reported when it was read.
            return nil
        }
    }

    private func fileName(of draft: DataflowDraft) -> FileName? {
        guard let file = draft.file else { return nil }
        do throws(FileNameError) {
            return try FileName(template: file.name?.text ?? FileLayout.defaultName)
        } catch {
            guard let scalar = file.name else { return nil }
            let offset = if case .malformed(_, let offset) = error { offset } else { 0 }
            context.problems.error(error.message, at: context.position(ofScalar: offset, in: scalar))
            return nil
        }
    }

    /// Reports what only shows once names stand in for the macros; every moment's name is as long as this one's.
    private func isUsable(
        _ name: FileName, in folder: FolderPath, _ subject: FileName.Subject, _ draft: DataflowDraft
    ) -> Bool {
        let moment = Self.moment(subject)
        do throws(FileNameError) {
            _ = try name.render(subject, moment, fileExtension: subject.dataflow.file.fileExtension)
            if !folder.isFixed { _ = try folder.render(subject, moment) }
            return true
        } catch {
            context.problems.error(error.message, at: draft.file?.name?.position ?? draft.identity.position)
            return false
        }
    }

    static func moment(_ subject: FileName.Subject) -> FileName.Moment {
        FileName.Moment(
            run: subject.dataflow.id, snapshot: subject.dataflow.id, export: subject.dataflow.export,
            scheduledFor: Instant(milliseconds: 0)
        )
    }

    /// Whole paths, of a dataflow that writes one file set for all segments.
    mutating func add(paths: [[FileNameShape.Place]], of dataflow: Int, to target: Target) {
        let set = FileSet(dataflow: dataflow, segment: "")
        for (fileExtension, paths) in Dictionary(grouping: paths, by: Self.fileExtension) {
            add(paths.map { $0.dropLast(fileExtension.utf8.count) }, fileExtension: fileExtension, of: set, to: target)
        }
    }

    /// The extension that rows of profiles have, too; nothing where a path has another.
    private static func fileExtension(of path: [FileNameShape.Place]) -> String {
        let known = FileLayout.Format.allCases.flatMap { format in
            FileLayout.Compression.allCases.map { FileLayout(format: format, compression: $0).fileExtension }
        }
        return known.first { path.suffix($0.utf8.count).elementsEqual($0.utf8.map { .byte($0) }) } ?? ""
    }

    private mutating func add(
        _ stems: [[FileNameShape.Place]], fileExtension: String, of set: FileSet, to target: Target
    ) {
        for stem in stems {
            let depth = stem.count { $0 == .byte(UInt8(ascii: "/")) }
            let shelf = Shelf(root: target.root, depth: depth, fileExtension: fileExtension)
            shelves[shelf, default: SimilarNames()].add(stem, of: sets.count)
        }
        sets.append(set)
    }

    private mutating func note(_ earlier: Int, _ later: Int) {
        let dataflow = sets[later].dataflow
        if let known = met[dataflow], known.other <= earlier { return }
        met[dataflow] = (later, earlier)
    }

    private func report(_ dataflow: Int, _ pair: (own: Int, other: Int)) {
        let draft = drafts[dataflow]
        guard let file = draft.file else { return }
        let other = drafts[sets[pair.other].dataflow]
        let standard = file.audienceManager == nil ? FileLayout.defaultName : AudienceManagerLayout.defaultName
        let subject = "file name '\(FileName.printable(file.name?.text ?? standard))'"
        let reason =
            if sets[pair.other].dataflow == dataflow {
                "could be the same for segments '\(sets[pair.other].segment)' and '\(sets[pair.own].segment)'"
            } else {
                "could be written by Dataflow '\(other.identity.name?.value ?? "")' at "
                    + "\(context.problems.name(of: other.identity.position)) as well"
            }
        context.problems.error("\(subject) \(reason)", at: file.name?.position ?? file.position)
    }
}
