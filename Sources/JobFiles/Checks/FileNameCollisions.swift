import Foundation
import TidegateModel

/// Dataflows, and segments of one, that could write one file name into one place.
struct FileNameCollisions {
    /// What one segment of one dataflow writes.
    private struct FileSet {
        var dataflow: Int
        var segment: String
        var shape: FileNameShape
    }

    /// Where a path with a file name only has to be looked for.
    private struct Shelf: Hashable {
        var root: PlaceRoot
        /// Slashes are certain, so that paths with more or fewer never meet.
        var depth: Int
        var fileExtension: String
    }

    /// A destination as far as the names in it go.
    private struct Target {
        var destination: Destination
        var folder: FolderPath
        var root: PlaceRoot
    }

    private let drafts: [DataflowDraft]
    private let context: ReadingContext
    private var sets: [FileSet] = []
    private var shelves: [Shelf: SimilarNames] = [:]
    /// By dataflow, the earliest file set that one of its own could meet, and that one.
    private var met: [Int: (own: Int, other: Int)] = [:]

    init(_ drafts: [DataflowDraft], _ context: ReadingContext) {
        self.drafts = drafts
        self.context = context
    }

    /// Reports templates that cannot be read, and each dataflow that could meet an earlier one or itself.
    mutating func report(_ dataflows: [Dataflow?], _ spec: (destinations: [Destination], segments: [Segment])) {
        let targets = Dictionary(spec.destinations.compactMap(target)) { first, _ in first }
        let segments = Dictionary(spec.segments.map { ($0.name, $0.id) }) { first, _ in first }
        for (index, dataflow) in dataflows.enumerated() {
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
                add(FileSet(dataflow: index, segment: segment, shape: shape), to: target, subject)
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
        let moment = FileName.Moment(
            run: subject.dataflow.id, snapshot: subject.dataflow.id, export: subject.dataflow.export,
            scheduledFor: Instant(milliseconds: 0)
        )
        do throws(FileNameError) {
            _ = try name.render(subject, moment, fileExtension: subject.dataflow.file.fileExtension)
            if !folder.isFixed { _ = try folder.render(subject, moment) }
            return true
        } catch {
            context.problems.error(error.message, at: draft.file?.name?.position ?? draft.identity.position)
            return false
        }
    }

    private mutating func add(_ set: FileSet, to target: Target, _ subject: FileName.Subject) {
        guard !set.shape.hasRun else { return }
        for stem in set.shape.stems {
            let depth = stem.count { $0 == .byte(UInt8(ascii: "/")) }
            let shelf = Shelf(root: target.root, depth: depth, fileExtension: subject.dataflow.file.fileExtension)
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
        let subject = "file name '\(FileName.printable(file.name?.text ?? FileLayout.defaultName))'"
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
