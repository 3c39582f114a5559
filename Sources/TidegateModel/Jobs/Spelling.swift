/// What somebody may have meant by a word that is not known.
package enum Spelling {
    /// The word nearest to `word`, or nil where none is near; the first of equals.
    ///
    /// Near is: the same but for case, or at most a third of the letters inserted, removed, replaced or swapped with
    /// their neighbour.
    package static func nearest(to word: String, in known: some Sequence<String>) -> String? {
        let wanted = Array(word.lowercased().unicodeScalars)
        let tolerated = max(1, wanted.count / 3)
        var best: (word: String, distance: Int)?
        for candidate in known {
            let letters = Array(candidate.lowercased().unicodeScalars)
            guard abs(letters.count - wanted.count) <= tolerated else { continue }
            let distance = distance(wanted, letters)
            if distance <= tolerated, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.word
    }

    /// Letters to put in, take out, change or swap with their neighbour.
    private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
        var before: [Int] = []
        var above = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let change = left[row] == right[column] ? 0 : 1
                var best = min(above[column] + change, above[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, before[column - 1] + 1)
                }
                current.append(best)
            }
            (before, above) = (above, current)
        }
        return above[right.count]
    }
}
