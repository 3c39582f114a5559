import Yams

/// A YAML document with every node's position, free of YAML's guesses about types.
///
/// Scalars stay text: `22:30` and `no` mean what the reader of the field says they mean.
indirect enum YAMLTree: Sendable {
    case scalar(YAMLScalar)
    case list([YAMLTree], SourcePosition)
    case mapping(YAMLMapping)

    var position: SourcePosition {
        switch self {
        case .scalar(let scalar): scalar.position
        case .list(_, let position): position
        case .mapping(let mapping): mapping.position
        }
    }
}

/// Text, with what is needed to find a place inside it again.
struct YAMLScalar: Sendable {
    enum Style: Sendable { case plain, singleQuoted, doubleQuoted, literal, folded }

    var text: String
    var style: Style
    var position: SourcePosition

    /// Nothing was written where a value belongs.
    var isMissing: Bool { style == .plain && text.isEmpty }
}

struct YAMLMapping: Sendable {
    struct Entry: Sendable {
        var key: String
        var keyPosition: SourcePosition
        var value: YAMLTree
    }

    /// Each key once.
    var entries: [Entry]
    var position: SourcePosition
}

extension YAMLScalar.Style {
    init(_ style: Node.Scalar.Style) {
        switch style {
        case .any, .plain: self = .plain
        case .singleQuoted: self = .singleQuoted
        case .doubleQuoted: self = .doubleQuoted
        case .literal: self = .literal
        case .folded: self = .folded
        }
    }
}
