import TidegateModel

/// Finds names that could meet without holding each against each.
///
/// Names are grouped by where they are certain. Two groups are compared by looking up one's bytes, at the places where
/// both groups are certain, among the other's: the work grows with the names, not with their pairs.
struct SimilarNames {
    typealias Place = FileNameShape.Place

    /// The kind of each place of a name: what is certain in it has kind 0.
    private typealias Outline = [UInt8]

    private struct Name {
        var bytes: [UInt8]
        var owner: Int
    }

    private var names: [Outline: [Name]] = [:]
    /// Without the `_2` to `_999` that they end in, as which they could be a part of a split file.
    private var parts: [Outline: [Name]] = [:]

    mutating func add(_ stem: [Place], of owner: Int) {
        names[Self.outline(stem), default: []].append(Name(bytes: Self.bytes(stem), owner: owner))
        for digits in 1...3 {
            let start = stem.count - digits - 1
            guard start > 0, stem[start].meets(.byte(UInt8(ascii: "_"))), Self.isPartNumber(stem[(start + 1)...]) else {
                continue
            }
            let rest = Array(stem[..<start])
            parts[Self.outline(rest), default: []].append(Name(bytes: Self.bytes(rest), owner: owner))
        }
    }

    /// Parts are counted from 1, and the first has no number.
    private static func isPartNumber(_ places: ArraySlice<Place>) -> Bool {
        places.allSatisfy { $0.meets(.digit) } && places.first != .byte(UInt8(ascii: "0"))
            && places != [.byte(UInt8(ascii: "1"))]
    }

    /// Calls with each name's owner and the first owner, of each outline, whose name it could equal; the smaller first.
    func forEachPair(_ body: (Int, Int) -> Void) {
        let byLength = Dictionary(grouping: names.keys, by: \.count)
        for (outline, list) in names {
            for other in byLength[outline.count] ?? [] where !other.lexicographicallyPrecedes(outline) {
                Self.join(outline, list, other, names[other] ?? [], body)
            }
        }
        for (outline, list) in parts {
            for other in byLength[outline.count] ?? [] { Self.join(outline, list, other, names[other] ?? [], body) }
        }
    }

    private static func join(
        _ left: Outline, _ leftNames: [Name], _ right: Outline, _ rightNames: [Name], _ body: (Int, Int) -> Void
    ) {
        let leftFirst = first(leftNames, left, against: right)
        let rightFirst = first(rightNames, right, against: left)
        for (names, outline, other, firsts) in [
            (leftNames, left, right, rightFirst), (rightNames, right, left, leftFirst),
        ] {
            for name in names {
                guard let key = key(of: name, outline, against: other), let first = firsts[key], first < name.owner
                else { continue }
                body(first, name.owner)
            }
        }
    }

    /// By what is certain on both sides, the smallest owner.
    private static func first(_ names: [Name], _ outline: Outline, against other: Outline) -> [[UInt8]: Int] {
        var first: [[UInt8]: Int] = [:]
        for name in names {
            guard let key = key(of: name, outline, against: other) else { continue }
            first[key] = min(first[key] ?? .max, name.owner)
        }
        return first
    }

    /// Nil where a certain byte cannot be what the other side has at its place.
    private static func key(of name: Name, _ outline: Outline, against other: Outline) -> [UInt8]? {
        var key: [UInt8] = []
        for index in outline.indices where outline[index] == 0 {
            let byte = Place.byte(name.bytes[index])
            switch other[index] {
            case 0: key.append(name.bytes[index])
            case 1: guard byte.meets(.digit) else { return nil }
            default: guard byte.meets(.hexDigit) else { return nil }
            }
        }
        return key
    }

    private static func outline(_ stem: [Place]) -> Outline {
        stem.map { place in
            switch place {
            case .byte: 0
            case .digit: 1
            case .hexDigit: 2
            }
        }
    }

    private static func bytes(_ stem: [Place]) -> [UInt8] {
        stem.map { if case .byte(let byte) = $0 { byte } else { 0 } }
    }
}
