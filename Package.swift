// swift-tools-version: 6.1
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "tidegate",
    products: [
        .executable(name: "tidegate", targets: ["tidegate"]),
        .executable(name: "sample-data", targets: ["SampleData"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // Without its configuration readers, which nobody here asks.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Values only: the nouns, the lifecycles, the calendar.
        .target(name: "TidegateModel", swiftSettings: strict),
        // The rule language.
        .target(name: "Rules", dependencies: ["TidegateModel"], swiftSettings: strict),
        // YAML text to job specifications, or every reason why not.
        .target(
            name: "JobFiles",
            dependencies: [
                "TidegateModel", "Rules", "AudienceManager", "Digests", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        // SHA-256 and name-based UUIDs over libcrypto.
        .target(name: "Digests", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "Migrations", path: "migrations", swiftSettings: strict, plugins: ["EmbedMigrations"]),
        // The control state.
        .target(
            name: "Store",
            dependencies: ["TidegateModel", "Migrations", "Digests", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict
        ),
        // Audience Manager's files: names, rows, receipts and templates, as text and bytes.
        .target(name: "AudienceManager", dependencies: ["TidegateModel"], swiftSettings: strict),
        // The profile store: ingest, segmentation, snapshots, streaming members out.
        .target(
            name: "Profiles",
            dependencies: [
                "TidegateModel", "Rules", "AudienceManager", "Digests", "CCodecs", "CRoaring", "CScan",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        // Moves bytes over HTTP, SFTP and FTP, and says truthfully what happened.
        .target(name: "Transfer", dependencies: ["CCurl", "Digests"], swiftSettings: strict),
        // Delivers staged files and pushes batches, and returns the place's own evidence.
        .target(name: "Destinations", dependencies: ["TidegateModel", "Transfer", "Digests"], swiftSettings: strict),
        // Decides what happens next and makes it happen.
        .target(
            name: "Engine",
            dependencies: [
                "TidegateModel", "AudienceManager", "Digests", "Store", "Profiles", "Destinations",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // What is known of a run, and numbers, as every surface tells them.
        .target(name: "Reports", dependencies: ["TidegateModel", "Store"], swiftSettings: strict),
        // Shows state over HTTP, as the API and as pages, and accepts commands.
        .target(
            name: "Server",
            dependencies: [
                "TidegateModel", "Digests", "Store", "Reports",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        // The command line and the one composition root.
        .target(
            name: "Commands",
            dependencies: [
                "TidegateModel", "Rules", "AudienceManager", "JobFiles", "Digests", "Store", "Profiles", "Destinations",
                "Engine",
                "Reports", "Server",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            // Not MemberImportVisibility: beside SwiftNIO a static build takes libc's structures for those of a module that
            // nobody can import.
            swiftSettings: [.enableUpcomingFeature("ExistentialAny")]
        ),
        .executableTarget(name: "tidegate", dependencies: ["Commands"], swiftSettings: strict),
        // Writes the example's customers and the benchmarks' rows.
        .executableTarget(name: "SampleData", swiftSettings: strict),
        // In-process figures for the benchmarks.
        .executableTarget(
            name: "Measure",
            dependencies: ["Profiles", "AudienceManager", "Destinations", "Digests", "TidegateModel"],
            path: "Benchmarks/Measure",
            swiftSettings: strict
        ),

        .systemLibrary(name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CCodecs",
            providers: [.apt(["libisal-dev", "libdeflate-dev", "libzstd-dev", "zlib1g-dev"])]
        ),
        // Byte searches for CSV, as inline C.
        .systemLibrary(name: "CScan"),
        .systemLibrary(name: "CRoaring", providers: [.apt(["libroaring-dev"])]),
        .plugin(name: "EmbedMigrations", capability: .buildTool()),

        // Contract suites, the manual clock, fixtures. Never in a product.
        .target(
            name: "TidegateTesting", dependencies: ["TidegateModel", "Transfer", "Destinations"], swiftSettings: strict
        ),
        .testTarget(name: "TidegateModelTests", dependencies: ["TidegateModel", "TidegateTesting"]),
        .testTarget(
            name: "RulesTests",
            dependencies: ["Rules", "Profiles", .product(name: "GRDBSQLite", package: "GRDB.swift")]
        ),
        .testTarget(
            name: "AudienceManagerTests",
            dependencies: ["AudienceManager", "TidegateModel", "TidegateTesting"],
            exclude: ["Corpus"]
        ),
        .testTarget(name: "JobFilesTests", dependencies: ["JobFiles"], exclude: ["Base", "Broken", "Valid"]),
        .testTarget(
            name: "StoreTests",
            dependencies: ["Store", "TidegateTesting", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        .testTarget(
            name: "ProfilesTests",
            dependencies: ["Profiles", "AudienceManager", "TidegateModel", "TidegateTesting", "Digests", "CCodecs"]
        ),
        .testTarget(name: "TransferTests", dependencies: ["Transfer", "Digests", "TidegateTesting"]),
        .testTarget(
            name: "DestinationsTests",
            dependencies: ["Destinations", "Transfer", "Digests", "TidegateModel", "TidegateTesting"]
        ),
        .testTarget(
            name: "EngineTests", dependencies: ["Engine", "AudienceManager", "Destinations", "TidegateTesting"]),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "AudienceManager", "Commands", "Destinations", "Engine", "Profiles", "Reports", "Store",
                "TidegateModel", "TidegateTesting",
            ]
        ),
        .testTarget(
            name: "ServerTests",
            dependencies: ["Server", "Reports", "Store", "TidegateModel", "Transfer", "TidegateTesting"]
        ),
        .testTarget(name: "SampleDataTests", dependencies: ["SampleData", "Digests"]),
        .testTarget(name: "ArchitectureTests"),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "tidegate", "TidegateModel", "TidegateTesting", "Digests",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
    ]
)
