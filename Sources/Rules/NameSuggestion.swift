/// The one of `names` that somebody who wrote `name` probably meant; nil where none is near.
///
/// Near is: the same but for case, or at most a third of the letters inserted, removed, replaced or swapped with
/// their neighbour. The nearest wins, the first of equals.
package func suggestion(for name: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(name.lowercased().unicodeScalars)
    let tolerated = max(1, wanted.count / 3)
    var best: (name: String, distance: Int)?
    for candidate in names {
        let letters = Array(candidate.lowercased().unicodeScalars)
        guard abs(letters.count - wanted.count) <= tolerated else { continue }
        let distance = editDistance(wanted, letters)
        if distance <= tolerated, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
}

/// `, did you mean 'x'?`, or nothing.
func hint(for name: String, among names: some Sequence<String>) -> String {
    suggestion(for: name, among: names).map { ", did you mean '\($0)'?" } ?? ""
}

/// Insertions, removals, replacements and swaps of neighbours between two words.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, letter) in left.enumerated() {
        var next = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = min(last[column + 1] + 1, next[column] + 1, last[column] + (letter == other ? 0 : 1))
            if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            next.append(cost)
        }
        (beforeLast, last) = (last, next)
    }
    return last[right.count]
}
