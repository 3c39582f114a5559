/// The SQL files of this folder, in order, as the build embedded them.
package enum Migrations {
    package static let all: [(identifier: String, sql: String)] = EmbeddedMigrations.all
}
