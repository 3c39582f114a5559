extension ValueKind {
    /// An object with keys of its own.
    static func object(
        _ shape: Shape, _ build: @escaping @Sendable (ObjectReader) -> Value?
    ) -> ValueKind {
        ValueKind(schema: shape.schema, show: { _ in nil }) { tree, name, context in
            guard case .mapping(let mapping) = tree else {
                report("a mapping", instead: tree, named: name, context)
                return nil
            }
            return build(ObjectReader(mapping, as: shape, in: context))
        }
    }

    /// One or several; an item that is wrong is reported and left out.
    static func list<Item>(of item: ValueKind<Item>, atMost most: Int? = nil) -> ValueKind
    where Value == [Located<Item>] {
        var schema: JSON = ["type": .text("array"), "items": item.schema, "minItems": .integer(1)]
        if let most { schema = schema.adding(["maxItems": .integer(most)]) }
        return ValueKind(schema: schema, show: { _ in nil }) { tree, name, context in
            guard case .list(let items, let position) = tree else {
                report("a list", instead: tree, named: name, context)
                return nil
            }
            if items.isEmpty { context.problems.error("'\(name)' must not be empty", at: position) }
            if let most, items.count > most {
                context.problems.error("'\(name)' must have at most \(most) items, not \(items.count)", at: position)
            }
            return items.enumerated().compactMap { index, tree in
                item.read(tree, "\(name)[\(index)]", context).map { Located($0, at: tree.position) }
            }
        }
    }

    /// At least one free key, each with a value of one kind; a wrong value is reported and its key kept without it.
    static func map<Item>(of item: ValueKind<Item>, keys: String) -> ValueKind where Value == [MapEntry<Item>] {
        let schema: JSON = [
            "type": .text("object"), "minProperties": .integer(1), "propertyNames": ["pattern": .text(keys)],
            "additionalProperties": item.schema,
        ]
        return ValueKind(schema: schema, show: { _ in nil }) { tree, name, context in
            guard case .mapping(let mapping) = tree else {
                report("a mapping", instead: tree, named: name, context)
                return nil
            }
            if mapping.entries.isEmpty { context.problems.error("'\(name)' must not be empty", at: mapping.position) }
            return mapping.entries.map { entry in
                MapEntry(
                    key: Located(entry.key, at: entry.keyPosition), value: item.read(entry.value, entry.key, context)
                )
            }
        }
    }

    /// A short form written as text, or the long one written as a mapping.
    static func either(_ short: ValueKind, _ long: ValueKind) -> ValueKind {
        ValueKind(schema: ["anyOf": .list([short.schema, long.schema])], show: short.show) { tree, name, context in
            if case .mapping = tree { return long.read(tree, name, context) }
            return short.read(tree, name, context)
        }
    }

    private static func report(
        _ expected: String, instead tree: YAMLTree, named name: String, _ context: ReadingContext
    ) {
        if case .scalar(let scalar) = tree, scalar.isMissing {
            context.problems.error("'\(name)' has no value", at: tree.position)
        } else {
            let found = if case .scalar = tree { "text" } else { shown(tree) }
            context.problems.error("'\(name)' must be \(expected), not \(found)", at: tree.position)
        }
    }
}

struct MapEntry<Item: Sendable>: Sendable {
    var key: Located<String>
    /// Nil where it was wrong.
    var value: Item?
}
