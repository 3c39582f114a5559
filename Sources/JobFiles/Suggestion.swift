/// The known name that someone probably meant.
struct Suggestion {
    /// Comparisons of one unknown name with a known one that a whole reading may still make, so that ten thousand
    /// unknown names among ten thousand known ones stay quick.
    private var budget = 300_000

    /// At most two edits away, and fewer for short names; of equals the first in code point order.
    mutating func nearest(to name: String, among known: some Collection<String>) -> String? {
        guard budget >= known.count, name.utf8.count <= 100 else { return nil }
        budget -= known.count
        let wanted = Array(name.lowercased().unicodeScalars)
        let limit = min(2, max(1, wanted.count / 3))
        return known.compactMap { candidate -> (distance: Int, name: String)? in
            guard abs(candidate.utf8.count - name.utf8.count) <= 8 else { return nil }
            let distance = editDistance(wanted, Array(candidate.lowercased().unicodeScalars))
            return distance <= limit ? (distance, candidate) : nil
        }
        .min { $0 < $1 }?.name
    }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn one into the other.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 1...left.count {
        var current = [row]
        for column in 1...right.count {
            let isSame = left[row - 1] == right[column - 1]
            var best = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
            if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                best = min(best, beforeLast[column - 2] + 1)
            }
            current.append(best)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
