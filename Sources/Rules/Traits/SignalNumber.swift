/// The number that a value is, as `RuleValue(signalNumber:)` defines it, read from bytes.
enum SignalNumber: BitwiseCopyable {
    case integer(Int64)
    case real(Double)

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.first, first <= UInt8(ascii: "9"), first >= UInt8(ascii: "+") else { return nil }
        var reader = SignalNumberReader(bytes)
        guard let number = reader.number() else { return nil }
        self = number
    }

    /// Of a literal that is a number.
    init?(_ value: RuleValue) {
        switch value {
        case .integer(let integer): self = .integer(integer)
        case .real(let real): self = .real(real)
        default: return nil
        }
    }

    func order(to other: SignalNumber) -> RuleOrder {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): .of(left, right)
        case (.real(let left), .real(let right)): .of(left, right)
        case (.integer(let left), .real(let right)): .of(left, right)
        case (.real(let left), .integer(let right)): RuleOrder.of(right, left).reversed
        }
    }

    /// The same bits for the same number, however it is written; not whole are those that no integer is.
    var identity: (bits: UInt64, isWhole: Bool) {
        switch self {
        case .integer(let integer): return (UInt64(bitPattern: integer), true)
        case .real(let real):
            guard let integer = Int64(exactly: real) else { return (real.bitPattern, false) }
            return (UInt64(bitPattern: integer), true)
        }
    }
}

/// Reads one number that ends where the bytes end.
private struct SignalNumberReader {
    private let bytes: UnsafeRawBufferPointer
    private var index = 0
    private var mantissa: UInt64 = 0
    /// From the first that is not zero on; beyond 19 the mantissa is not all of them.
    private var significantDigits = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func number() -> SignalNumber? {
        let isNegative = bytes[0] == UInt8(ascii: "-")
        if isNegative || bytes[0] == UInt8(ascii: "+") { index = 1 }
        let whole = readDigits()
        if index == bytes.count {
            guard whole > 0 else { return nil }
            return integer(isNegative) ?? real(isNegative, exponent: 0)
        }
        var exponent = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            exponent = -readDigits()
            guard exponent < 0 else { return nil }
        } else if whole == 0 {
            return nil
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            guard let written = readExponent() else { return nil }
            exponent += written
        }
        return index == bytes.count ? real(isNegative, exponent: exponent) : nil
    }

    /// How many there are.
    private mutating func readDigits() -> Int {
        let start = index
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            mantissa = mantissa &* 10 &+ UInt64(digit)
            if mantissa != 0 || significantDigits > 0 { significantDigits += 1 }
            index += 1
        }
        return index - start
    }

    /// Nil where no digits follow the `e`; cut where the number is out of reach anyway.
    private mutating func readExponent() -> Int? {
        index += 1
        guard index < bytes.count else { return nil }
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative || bytes[index] == UInt8(ascii: "+") { index += 1 }
        let start = index
        var value = 0
        while index < bytes.count {
            let digit = bytes[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            value = min(value * 10 + Int(digit), 1_000_000)
            index += 1
        }
        guard index > start else { return nil }
        return isNegative ? -value : value
    }

    private func integer(_ isNegative: Bool) -> SignalNumber? {
        guard significantDigits <= 19, mantissa <= UInt64(Int64.max) + (isNegative ? 1 : 0) else { return nil }
        return .integer(Int64(truncatingIfNeeded: isNegative ? ~mantissa &+ 1 : mantissa))
    }

    private func real(_ isNegative: Bool, exponent: Int) -> SignalNumber? {
        // Both are exact as doubles, so that one multiplication or division rounds once, which is right.
        if significantDigits <= 19, mantissa <= 1 << 53, -22...22 ~= exponent {
            let power = Self.powers.start[abs(exponent)]
            let exact = exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
            return .real(isNegative ? -exact : exact)
        }
        guard let real = Double(String(decoding: bytes, as: UTF8.self)), real.isFinite else { return nil }
        return .real(real)
    }

    nonisolated(unsafe) private static let powers = PlainValues<Double>([
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ])
}
