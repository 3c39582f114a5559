import Foundation
import TidegateModel

extension Source {
    package func resolved(beside sources: [Source]) throws(UnresolvedText) -> Source {
        try resolved(beside: sources, by: EnvironmentText())
    }

    /// As `resolved`, and sure that no file that arrives for this drop-off is another's, which job files cannot tell of
    /// references and of links between folders.
    ///
    /// Another source whose references lead nowhere takes no file either, and is left to say so itself.
    ///
    /// - Throws: what names the references that lead nowhere, or the source whose place this one shares.
    func resolved(beside sources: [Source], by environment: EnvironmentText) throws(UnresolvedText) -> Source {
        let source = try resolved(by: environment)
        guard let spot = source.spot else { return source }
        for other in sources where other.id != id && other.dropOff != nil {
            guard let filled = try? other.resolved(by: environment), let taken = filled.spot,
                let overlap = spot.overlap(with: taken)
            else { continue }
            let sentence = overlap.sentence(about: "source '\(other.name)'")
            throw UnresolvedText("place of source '\(name)' \(sentence), once both are filled in")
        }
        return source
    }

    /// Of a drop-off that is resolved.
    private var spot: DropOffSpot? {
        guard let place = dropOff?.place else { return nil }
        guard case .directory(let folder) = place, let real = realpath(folder.path, nil) else {
            return DropOffSpot(place)
        }
        defer { free(real) }
        return DropOffSpot(place.placed(at: String(cString: real)))
    }
}
