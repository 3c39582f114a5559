import Foundation
import PackagePlugin

/// Turns the `.sql` files of a target into one generated Swift file, so that the binary migrates a store anywhere.
@main struct EmbedMigrations: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        guard let target = target as? SwiftSourceModuleTarget else { return [] }
        let migrations = target.sourceFiles(withSuffix: ".sql").map(\.url)
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        let script = context.package.directoryURL.appending(path: "scripts/embed-migrations.sh")
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedMigrations.swift")
        return [
            .buildCommand(
                displayName: "Embedding \(migrations.count) SQL migrations",
                executable: URL(filePath: "/bin/sh"),
                arguments: [script.path, output.path] + migrations.map(\.path),
                inputFiles: [script] + migrations,
                outputFiles: [output]
            )
        ]
    }
}
