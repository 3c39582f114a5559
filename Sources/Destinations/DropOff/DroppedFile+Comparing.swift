import TidegateModel

extension DroppedFile {
    /// - Parameter modifiedAt: seconds since 1970, as servers tell it.
    init(_ name: String, size: Int, modifiedAt: Int?, isWhole: Bool = false) {
        self.init(
            name: name, size: Int64(size), modifiedAt: modifiedAt.map { Instant(milliseconds: Int64($0) * 1000) },
            isWhole: isWhole
        )
    }

    /// Whether what has the name now is what was listed, as far as size and time tell; a time that either of them does not
    /// have tells nothing.
    func isStill(size: Int?, modifiedAt: Int?) -> Bool {
        let seconds = self.modifiedAt?.wholeSeconds
        return size.map(Int64.init) == self.size
            && (seconds == nil || modifiedAt == nil || seconds == modifiedAt.map(Int64.init))
    }

    /// For sentences.
    var shown: String { FileName.printable(name) }
}
