import TidegateModel

/// The known name that someone probably meant, as long as asking stays cheap.
struct Suggestion {
    /// Comparisons of an unknown name with a known one that a whole reading may still make, so that ten thousand
    /// unknown names among ten thousand known ones stay quick.
    private var budget = 300_000

    mutating func nearest(to name: String, among known: some Collection<String>) -> String? {
        guard budget >= known.count, name.utf8.count <= 100 else { return nil }
        budget -= known.count
        // Sets come in any order, and the first of equally near names wins.
        return Spelling.nearest(to: name, in: known.sorted())
    }
}
