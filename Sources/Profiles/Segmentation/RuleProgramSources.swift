import Glibc
import Rules

/// Computes a cell from other cells of the row.
class CellSource {
    /// Leaves the cell null where the value is null, as which it comes.
    func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {}
}

final class IntegerArithmetic: CellSource {
    private let operation: ArithmeticOperator
    private let left: Int
    private let right: Int

    init(_ operation: ArithmeticOperator, _ left: Int, _ right: Int) {
        (self.operation, self.left, self.right) = (operation, left, right)
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let (one, other) = (row.cell(left), row.cell(right))
        guard one.pointee.kind == .integer, other.pointee.kind == .integer else { return }
        let (left, right) = (one.pointee.integer, other.pointee.integer)
        let (result, overflow) =
            switch operation {
            case .plus: left.addingReportingOverflow(right)
            case .minus: left.subtractingReportingOverflow(right)
            case .times, .over: left.multipliedReportingOverflow(by: right)
            }
        if !overflow { cell.pointee.set(result) }
    }
}

final class RealArithmetic: CellSource {
    private let operation: ArithmeticOperator
    private let left: Int
    private let right: Int

    init(_ operation: ArithmeticOperator, _ left: Int, _ right: Int) {
        (self.operation, self.left, self.right) = (operation, left, right)
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let (one, other) = (row.cell(left), row.cell(right))
        guard one.pointee.kind == .real, other.pointee.kind == .real else { return }
        let (left, right) = (one.pointee.real, other.pointee.real)
        switch operation {
        case .plus: cell.pointee.set(left + right)
        case .minus: cell.pointee.set(left - right)
        case .times: cell.pointee.set(left * right)
        case .over: if right != 0 { cell.pointee.set(left / right) }
        }
    }
}

/// An integer as the nearest real.
final class Widening: CellSource {
    private let operand: Int

    init(_ operand: Int) {
        self.operand = operand
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let operand = row.cell(operand)
        if operand.pointee.kind == .integer { cell.pointee.set(Double(operand.pointee.integer)) }
    }
}

/// The first of several cells that is not null.
final class FirstValue: CellSource {
    private let operands: [Int]

    init(_ operands: [Int]) {
        self.operands = operands
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        for index in operands.indices {
            let operand = row.cell(operands[index])
            guard operand.pointee.kind != .null else { continue }
            cell.pointee.kind = operand.pointee.kind
            cell.pointee.bits = operand.pointee.bits
            cell.pointee.count = operand.pointee.count
            return
        }
    }
}

/// A predicate with all three of its outcomes.
final class TruthValue: CellSource {
    private let isTrue: RuleCondition
    private let isFalse: RuleCondition

    init(isTrue: RuleCondition, isFalse: RuleCondition) {
        (self.isTrue, self.isFalse) = (isTrue, isFalse)
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        if isTrue.holds(row) { cell.pointee.set(true) } else if isFalse.holds(row) { cell.pointee.set(false) }
    }
}

final class TextMatch: CellSource {
    private let text: Int
    private let matcher: TextMatcher

    init(_ text: Int, _ matcher: TextMatcher) {
        (self.text, self.matcher) = (text, matcher)
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let text = row.cell(text)
        if text.pointee.kind == .text { cell.pointee.set(matcher.matches(text.pointee.text)) }
    }
}

/// A match of text in any case, that needs the folded text only where letters beyond ASCII are in the way.
final class TextEndsMatch: CellSource {
    private let text: Int
    private let folded: Int
    private let matcher: EndsMatcher
    private let exact: TextMatcher

    init(_ text: Int, _ matcher: EndsMatcher, folded: Int, _ exact: TextMatcher) {
        (self.text, self.matcher, self.folded, self.exact) = (text, matcher, folded, exact)
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let text = row.cell(text)
        guard text.pointee.kind == .text else { return }
        switch matcher.quickly(text.pointee.text) {
        case .equal: cell.pointee.set(true)
        case .different: cell.pointee.set(false)
        case .uncertain: cell.pointee.set(exact.matches(row.cell(folded).pointee.text))
        }
    }
}

/// A question about two texts of the row.
final class TextPair: CellSource {
    enum Question { case startsWith, endsWith, contains, like }

    private let text: Int
    private let other: Int
    private let question: Question

    init(_ text: Int, _ other: Int, _ question: Question) {
        (self.text, self.other, self.question) = (text, other, question)
    }

    override func fill(_ cell: UnsafeMutablePointer<RuleCell>, _ row: RuleRow) {
        let (one, two) = (row.cell(text), row.cell(other))
        guard one.pointee.kind == .text, two.pointee.kind == .text else { return }
        let (text, other) = (one.pointee.text, two.pointee.text)
        let isAtMost = other.count <= text.count
        switch question {
        case .startsWith: cell.pointee.set(isAtMost && memcmp(text.start, other.start, other.count) == 0)
        case .endsWith: cell.pointee.set(isAtMost && memcmp(text.end - other.count, other.start, other.count) == 0)
        case .contains: cell.pointee.set(text.contains(other))
        case .like: cell.pointee.set(isLike(text, other))
        }
    }

    /// As `LikePattern.matches`, over bytes: a `%` and a `_` are never part of another scalar.
    private func isLike(_ text: TextBytes, _ pattern: TextBytes) -> Bool {
        var at = text.start
        var next = pattern.start
        var retry: (at: UnsafePointer<UInt8>, next: UnsafePointer<UInt8>)?
        while at < text.end {
            if next < pattern.end, next.pointee == UInt8(ascii: "%") {
                next += 1
                retry = (at, next)
            } else if next < pattern.end, next.pointee == UInt8(ascii: "_") {
                next += 1
                repeat { at += 1 } while at < text.end && at.pointee & 0xC0 == 0x80
            } else if next < pattern.end, next.pointee == at.pointee {
                (at, next) = (at + 1, next + 1)
            } else if let last = retry {
                at = last.at
                repeat { at += 1 } while at < text.end && at.pointee & 0xC0 == 0x80
                next = last.next
                retry = (at, next)
            } else {
                return false
            }
        }
        while next < pattern.end, next.pointee == UInt8(ascii: "%") { next += 1 }
        return next == pattern.end
    }
}
