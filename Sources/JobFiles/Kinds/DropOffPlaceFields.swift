import TidegateModel

/// The `from` of a source in Audience Manager's format: a folder, or a place as a destination has one.
enum DropOffPlaceFields {
    static let types = DestinationType.all.filter { $0.pushes == nil }

    /// With the keys of such a destination; they are read alike, and say of the path what holds here.
    private static func shape(of type: DestinationType) -> Shape {
        let discriminator = FieldDeclaration(
            name: "type", isRequired: true, isSecret: false, help: "The type of the place.",
            schema: ["const": .text(type.name)], fallback: nil
        )
        let fields = type.fields.map { field in
            field.name == "path"
                ? field.saying("Where the files arrive, without macros; receipts are put there.") : field
        }
        return Shape(
            "from of type \(type.name)", help: "Where the files arrive.", [discriminator] + fields, rules: type.rules
        )
    }

    private static let shapes = Dictionary(types.map { ($0.name, shape(of: $0)) }) { first, _ in first }

    static let schema: JSON = ["anyOf": .list(types.map { shape(of: $0).schema })]

    static func read(_ mapping: YAMLMapping, _ context: ReadingContext) -> Destination.Place? {
        DestinationKind.withholdSecrets(of: mapping, context)
        guard let type = DestinationKind.type(of: mapping, among: types, called: "type of a drop-off", context),
            let shape = shapes[type.name]
        else { return nil }
        guard let place = type.read(ObjectReader(mapping, as: shape, in: context)) else { return nil }
        return plain(place, mapping, context)
    }

    /// Without what macros need: doubled percent signs are single ones.
    private static func plain(
        _ place: Destination.Place, _ mapping: YAMLMapping, _ context: ReadingContext
    ) -> Destination.Place? {
        guard let template = place.path, let folder = try? FolderPath(template: template) else { return nil }
        guard folder.isFixed else {
            let position = mapping.entries.first { $0.key == "path" }?.value.position
            context.problems.error(
                "'path' of a drop-off takes no macros, a percent sign itself is written '%%'",
                at: position ?? mapping.position
            )
            return nil
        }
        return place.placed(at: folder.fixedPart)
    }
}

extension ValueKind where Value == Destination.Place {
    /// A folder on this machine as text, or a place as a mapping.
    static let dropOff = either(dropOffFolder, dropOffPlace)

    private static let dropOffPlace = ValueKind(schema: DropOffPlaceFields.schema, show: { _ in nil }) {
        tree, _, context in
        guard case .mapping(let mapping) = tree else { return nil }
        return DropOffPlaceFields.read(mapping, context)
    }

    private static let dropOffFolder: ValueKind = {
        let path = ValueKind<ResolvedPath>.path
        return ValueKind(schema: path.schema, show: { _ in nil }) { tree, name, context in
            if case .scalar(let scalar) = tree, let refusal = refusal(of: scalar.text, named: name) {
                context.problems.error(refusal, at: scalar.position)
                return nil
            }
            return path.read(tree, name, context).map { .directory(DirectoryPlace(path: $0.path)) }
        }
    }()

    private static func refusal(of text: String, named name: String) -> String? {
        if let scheme = text.prefixMatch(of: #/([a-z][a-z0-9+.\-]*):\/\//#)?.1 {
            let isKnown = DropOffPlaceFields.types.contains { $0.name == scheme }
            return "'\(name)' must be a path on this machine, not \(scheme)://"
                + (isKnown ? ": write a mapping with 'type: \(scheme)'" : "")
        }
        return text.contains { "*?".contains($0) } ? "'\(name)' must be a folder, not a pattern" : nil
    }
}
