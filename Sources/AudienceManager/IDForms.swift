import TidegateModel

extension DataSource {
    /// Why an id cannot be one of this data source, for a row of any file; nil where it can.
    package func fault(of id: UnsafeRawBufferPointer) -> RowFault? {
        if dpid == 0 { return IDForm.aamUUID.accepts(id) && form.accepts(id) ? nil : .invalidAAMID }
        if kind == .device { return form.accepts(id) ? nil : .invalidDeviceID }
        if Self.holdsColon(id) { return .idWithColon }
        return form.accepts(id) ? nil : .invalidID
    }

    /// Whether a colon, plain or as `%3A` in either case, is in the id: nobody's own ids may have one.
    package static func holdsColon(_ id: UnsafeRawBufferPointer) -> Bool {
        for at in id.indices {
            if id[at] == UInt8(ascii: ":") { return true }
            if id[at] == UInt8(ascii: "%"), at + 2 < id.count, id[at + 1] == UInt8(ascii: "3"),
                id[at + 2] | 0x20 == UInt8(ascii: "a")
            {
                return true
            }
        }
        return false
    }
}

extension DataSource.IDForm {
    /// Whether the id looks like this. No form accepts an empty id, or one with ASCII control characters.
    package func accepts(_ id: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .any: !id.isEmpty && id.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        case .aamUUID: id.count == 38 && id.allSatisfy(\.isASCIIDigit)
        case .uuid: Self.isUUID(id) { $0.isASCIIDigit || (0x61...0x66).contains($0 | 0x20) }
        case .lowercaseUUID: Self.isUUID(id) { $0.isASCIIDigit || (0x61...0x66).contains($0) }
        case .uppercaseUUID: Self.isUUID(id) { $0.isASCIIDigit || (0x41...0x46).contains($0) }
        case .alphanumeric:
            !id.isEmpty && id.allSatisfy { $0.isASCIIDigit || $0.isASCIILetter || $0 == UInt8(ascii: "-") }
        case .sha256: id.count == 64 && id.allSatisfy { $0.isASCIIDigit || (0x61...0x66).contains($0 | 0x20) }
        }
    }

    private static func isUUID(_ id: UnsafeRawBufferPointer, digit: (UInt8) -> Bool) -> Bool {
        guard id.count == 36 else { return false }
        for at in id.indices {
            let isHyphen = at == 8 || at == 13 || at == 18 || at == 23
            guard isHyphen ? id[at] == UInt8(ascii: "-") : digit(id[at]) else { return false }
        }
        return true
    }
}

extension UInt8 {
    var isASCIIDigit: Bool { self &- 0x30 < 10 }
    var isASCIILetter: Bool { (self | 0x20) &- 0x61 < 26 }
}
