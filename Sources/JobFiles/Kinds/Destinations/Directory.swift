import TidegateModel

extension DestinationType {
    private static let path = Field.required(
        "path", .localFolder,
        help:
            "The folder that files are delivered to, with macros, relative to this job file; made where it is missing."
    )

    /// A folder on this machine.
    static let directory = DestinationType(
        name: "directory", help: "A destination that takes files: a folder on this machine.",
        fields: [path.declaration]
    ) { reader in
        reader.value(path).map { .directory(DirectoryPlace(path: $0)) }
    }
}
