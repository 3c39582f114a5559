import AudienceManager
import Rules
import TidegateModel

/// What the signals of a data file's rows give and take: the traits of one owner, by number and by rule.
///
/// What a row says by number outranks what its signals fulfil; of two words about one trait the later one counts.
final class DataSignals {
    let traits: [Trait]
    private let takesAway: Bool
    private let rules: TraitRuleSet?
    /// The trait's place by the rule's place.
    private let ruled: [Int]
    private let places: SidPlaces
    private static let bareKey: StaticString = "ic"

    private(set) var counts = DataRecord.Counts()
    private let changes: UnsafeMutablePointer<UInt32>
    private var changeCount = 0
    /// By trait: the row that changed it last, counted from 1.
    private var row: UInt64 = 0
    private let marks: UnsafeMutablePointer<Mark>

    private struct Mark {
        var row: UInt64 = 0
        /// Where its change stands in `changes`.
        var change = 0
        var isRealized = false
        var isRemoved = false
    }

    /// - Parameter takesAway: whether removals count; else they are passed over, whosever traits they name.
    init(_ traits: [Trait], takesAway: Bool) throws(ProfileError) {
        self.traits = traits
        self.takesAway = takesAway
        places = SidPlaces(traits.map(\.sid))
        var ruled: [Int] = []
        var rules: [TraitRule] = []
        for (place, trait) in traits.enumerated() {
            guard let text = trait.rule else { continue }
            do throws(InvalidRule) {
                rules.append(try TraitRule.parse(text))
            } catch {
                throw .rejected("rule of trait '\(trait.name)' cannot be read: \(error.problems.first?.message ?? "")")
            }
            ruled.append(place)
        }
        self.ruled = ruled
        self.rules = rules.isEmpty ? nil : TraitRuleSet(rules)
        changes = .allocate(capacity: max(traits.count, 1))
        marks = .allocate(capacity: max(traits.count, 1))
        marks.initialize(repeating: Mark(), count: max(traits.count, 1))
    }

    deinit {
        changes.deallocate()
        marks.deallocate()
    }

    /// The last word of the row about each trait that it speaks of, as `DataRecord` has them.
    var changed: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: changes, count: changeCount) }

    func read(_ tokens: UnsafeBufferPointer<SignalToken>, of line: UnsafeRawBufferPointer) {
        row += 1
        changeCount = 0
        counts = DataRecord.Counts()
        counts.signals = UInt32(truncatingIfNeeded: tokens.count)
        askRules(tokens, line)
        for token in tokens where token.kind != .signal {
            if token.kind == .removeTrait, !takesAway { continue }
            let place = places[token.sid]
            guard place >= 0 else {
                counts.failed += 1
                counts.unused += 1
                continue
            }
            change(place, gives: token.kind == .addTrait)
        }
    }

    private func askRules(_ tokens: UnsafeBufferPointer<SignalToken>, _ line: UnsafeRawBufferPointer) {
        guard let rules else {
            for token in tokens where token.kind == .signal { counts.unused += 1 }
            return
        }
        rules.begin()
        var hasSignal = false
        for token in tokens where token.kind == .signal {
            hasSignal = true
            let isAsked = rules.add(key: key(of: token, line), value: text(token.valueStart, token.valueCount, line))
            if !isAsked { counts.unused += 1 }
        }
        // A row that only gives or takes traits by number is no call, of which `not x = 1` could be true.
        guard hasSignal else { return }
        rules.forEachFulfilled { change(ruled[$0], gives: true) }
    }

    private func key(of token: SignalToken, _ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard token.keyStart >= 0 else {
            return UnsafeRawBufferPointer(start: Self.bareKey.utf8Start, count: Self.bareKey.utf8CodeUnitCount)
        }
        return text(token.keyStart, token.keyCount, line)
    }

    private func text(_ start: Int32, _ count: Int32, _ line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: line[Int(start)..<Int(start) + Int(count)])
    }

    private func change(_ place: Int, gives: Bool) {
        if marks[place].row != row {
            marks[place] = Mark(row: row, change: changeCount)
            changeCount += 1
        }
        changes[marks[place].change] = UInt32(place) << 1 | (gives ? 1 : 0)
        if gives, !marks[place].isRealized {
            marks[place].isRealized = true
            counts.realized += 1
        } else if !gives, !marks[place].isRemoved {
            marks[place].isRemoved = true
            counts.removed += 1
        }
    }
}

/// The places of numbers in a list, by open addressing.
struct SidPlaces {
    private let mask: Int
    private var slots: [(sid: Int64, place: Int)]

    init(_ sids: [Int64]) {
        var size = 16
        while size < sids.count * 2 { size *= 2 }
        mask = size - 1
        slots = Array(repeating: (0, -1), count: size)
        for (place, sid) in sids.enumerated() where self[sid] < 0 {
            var slot = Self.hash(sid) & mask
            while slots[slot].place >= 0 { slot = (slot + 1) & mask }
            slots[slot] = (sid, place)
        }
    }

    /// -1 for a number that is not in the list.
    subscript(sid: Int64) -> Int {
        slots.withUnsafeBufferPointer { slots in
            var slot = Self.hash(sid) & mask
            while slots[slot].place >= 0 {
                if slots[slot].sid == sid { return slots[slot].place }
                slot = (slot + 1) & mask
            }
            return -1
        }
    }

    private static func hash(_ sid: Int64) -> Int {
        Int(truncatingIfNeeded: (UInt64(bitPattern: sid) &* 0x9E37_79B9_7F4A_7C15) >> 32)
    }
}
