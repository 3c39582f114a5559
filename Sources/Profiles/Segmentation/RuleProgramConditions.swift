import Glibc
import Rules

/// A test of the current row with two outcomes.
///
/// A rule has three, so each of its predicates becomes the condition that it is true, or the condition that it is
/// false; a null makes neither hold. Nothing is retained, released or allocated on the way.
class RuleCondition {
    /// Roughly nanoseconds; cheap operands of an `and` go first.
    final let cost: Int
    /// Beyond this it makes no difference, and a sum of costs cannot overflow.
    static let greatestCost = 1_000_000

    init(cost: Int) {
        self.cost = min(cost, Self.greatestCost)
    }

    func holds(_ row: RuleRow) -> Bool { false }
}

final class ConstantCondition: RuleCondition {
    let value: Bool

    init(_ value: Bool) {
        self.value = value
        super.init(cost: 0)
    }

    override func holds(_ row: RuleRow) -> Bool { value }
}

final class NegatedCondition: RuleCondition {
    private let operand: RuleCondition

    init(_ operand: RuleCondition) {
        self.operand = operand
        super.init(cost: operand.cost + 1)
    }

    override func holds(_ row: RuleRow) -> Bool { !operand.holds(row) }
}

/// Conditions that are walked for every row without counting references.
final class ConditionList {
    let conditions: [RuleCondition]
    let count: Int
    private let pointers: UnsafeMutablePointer<Unmanaged<RuleCondition>>

    init(_ conditions: [RuleCondition]) {
        self.conditions = conditions
        count = conditions.count
        pointers = .allocate(capacity: conditions.count)
        for (index, condition) in conditions.enumerated() {
            (pointers + index).initialize(to: .passUnretained(condition))
        }
    }

    deinit {
        pointers.deallocate()
    }

    @inline(__always)
    func holds(_ index: Int, _ row: RuleRow) -> Bool {
        pointers[index]._withUnsafeGuaranteedRef { $0.holds(row) }
    }
}

/// Whether all operands hold, or any of them.
final class Junction: RuleCondition {
    let operands: ConditionList
    let isAll: Bool

    init(_ operands: [RuleCondition], isAll: Bool) {
        let cheapestFirst = operands.enumerated().sorted {
            ($0.element.cost, $0.offset) < ($1.element.cost, $1.offset)
        }
        self.operands = ConditionList(cheapestFirst.map(\.element))
        self.isAll = isAll
        super.init(cost: operands.reduce(2) { $0 + $1.cost })
    }

    override func holds(_ row: RuleRow) -> Bool {
        for index in 0..<operands.count where operands.holds(index, row) != isAll { return !isAll }
        return isAll
    }
}

/// Whether the row is, or is not, in a segment that has been answered already.
final class SegmentMembership: RuleCondition {
    private let word: Int
    private let bit: UInt64
    private let isMember: Bool

    init(segment: Int, isMember: Bool) {
        word = segment / 64
        bit = 1 << UInt64(segment % 64)
        self.isMember = isMember
        super.init(cost: 1)
    }

    override func holds(_ row: RuleRow) -> Bool {
        (row.state.pointee.members[word] & bit != 0) == isMember
    }
}

/// Whether the row's profile has, or does not have, a trait.
final class TraitMembership: RuleCondition {
    private let profiles: ProfileMarks
    private let pages: ProfileMarks.Pages
    private let isMember: Bool

    init(_ profiles: ProfileMarks, isMember: Bool) {
        self.profiles = profiles
        pages = profiles.pages
        self.isMember = isMember
        super.init(cost: 2)
    }

    override func holds(_ row: RuleRow) -> Bool {
        ProfileMarks.contains(row.state.pointee.id, in: pages) == isMember
    }
}

final class IsNull: RuleCondition {
    private let slot: Int
    private let isNull: Bool

    init(_ slot: Int, _ isNull: Bool, cost: Int) {
        self.slot = slot
        self.isNull = isNull
        super.init(cost: cost)
    }

    override func holds(_ row: RuleRow) -> Bool {
        (row.cell(slot).pointee.kind == .null) == isNull
    }
}

/// Whether there is an integer, and it lies within a range, or outside of it.
final class IntegerRange: RuleCondition {
    let slot: Int
    let range: ClosedRange<Int64>
    let isInside: Bool
    private let low: UInt64
    private let width: UInt64

    init(_ slot: Int, _ range: ClosedRange<Int64>, _ isInside: Bool, cost: Int) {
        self.slot = slot
        self.range = range
        self.isInside = isInside
        low = UInt64(bitPattern: range.lowerBound)
        width = UInt64(bitPattern: range.upperBound) &- low
        super.init(cost: cost + 1)
    }

    override func holds(_ row: RuleRow) -> Bool {
        let cell = row.cell(slot)
        return cell.pointee.kind == .integer && (cell.pointee.bits &- low <= width) == isInside
    }
}

/// Whether there is a real, and it lies within a range, or outside of it.
final class RealRange: RuleCondition {
    let slot: Int
    let range: ClosedRange<Double>
    let isInside: Bool
    private let low: Double
    private let high: Double

    init(_ slot: Int, _ range: ClosedRange<Double>, _ isInside: Bool, cost: Int) {
        self.slot = slot
        self.range = range
        self.isInside = isInside
        low = range.lowerBound
        high = range.upperBound
        super.init(cost: cost + 1)
    }

    override func holds(_ row: RuleRow) -> Bool {
        let cell = row.cell(slot)
        guard cell.pointee.kind == .real else { return false }
        let real = cell.pointee.real
        return (low <= real && real <= high) == isInside
    }
}

/// Whether two values of the row compare as wanted, neither being null.
final class CellComparison: RuleCondition {
    enum Meeting { case integers, reals, integerWithReal, dayWithTimestamp, texts }

    private let left: Int
    private let right: Int
    private let meeting: Meeting
    private let ascending: Bool
    private let same: Bool
    private let descending: Bool

    init(_ left: Int, _ comparison: ComparisonOperator, _ right: Int, _ meeting: Meeting, cost: Int) {
        self.left = left
        self.right = right
        self.meeting = meeting
        ascending = comparison.holds(.ascending)
        same = comparison.holds(.same)
        descending = comparison.holds(.descending)
        super.init(cost: cost + 2)
    }

    override func holds(_ row: RuleRow) -> Bool {
        let one = row.cell(left)
        guard one.pointee.kind != .null else { return false }
        let other = row.cell(right)
        guard other.pointee.kind != .null else { return false }
        let order: RuleOrder =
            switch meeting {
            case .integers: order(one.pointee.integer, other.pointee.integer)
            case .reals: order(one.pointee.real, other.pointee.real)
            case .integerWithReal: .of(one.pointee.integer, other.pointee.real)
            case .dayWithTimestamp: .of(day: one.pointee.integer, milliseconds: other.pointee.integer)
            case .texts: order(one.pointee.text, other.pointee.text)
            }
        return switch order {
        case .ascending: ascending
        case .same: same
        case .descending: descending
        }
    }

    private func order<Value: Comparable>(_ left: Value, _ right: Value) -> RuleOrder {
        left < right ? .ascending : left == right ? .same : .descending
    }

    private func order(_ left: TextBytes, _ right: TextBytes) -> RuleOrder {
        let difference = memcmp(left.start, right.start, min(left.count, right.count))
        return difference == 0 ? order(left.count, right.count) : order(difference, 0)
    }
}
