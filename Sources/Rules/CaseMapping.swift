/// Upper and lower case, one Unicode scalar at a time, for every engine alike.
///
/// A scalar whose case has several scalars (`ß` to `SS`) stays as it is, so that text never changes its length. No
/// language has rules of its own: `I` is `i` in Turkish too.
package enum CaseMapping {
    case lower, upper
    /// To compare without regard to case: both forms of sigma fold to the same one.
    case folded

    package func callAsFunction(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.isASCII ? ascii(scalar) : beyondASCII(scalar)
    }

    package func callAsFunction(_ text: String) -> String {
        var mapped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { mapped.append(self(scalar)) }
        return String(mapped)
    }

    private func ascii(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch (self, scalar) {
        case (.lower, "A"..."Z"), (.folded, "A"..."Z"): Unicode.Scalar(UInt8(scalar.value + 32))
        case (.upper, "a"..."z"): Unicode.Scalar(UInt8(scalar.value - 32))
        default: scalar
        }
    }

    private func beyondASCII(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch self {
        case .lower: Self.single(scalar.properties.lowercaseMapping, else: scalar)
        case .upper: Self.single(scalar.properties.uppercaseMapping, else: scalar)
        case .folded: CaseMapping.lower(CaseMapping.upper(scalar))
        }
    }

    private static func single(_ mapping: String, else scalar: Unicode.Scalar) -> Unicode.Scalar {
        let scalars = mapping.unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else { return scalar }
        return first
    }
}
