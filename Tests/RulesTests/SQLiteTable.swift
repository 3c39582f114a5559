import GRDBSQLite
import Profiles
import Rules
import Testing
import TidegateModel

private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// Profiles in a table in memory, as the profile store keeps them, with a column per segment for its members.
final class SQLiteTable {
    let connection: OpaquePointer

    init() throws {
        var opened: OpaquePointer?
        try #require(sqlite3_open(":memory:", &opened) == SQLITE_OK)
        connection = try #require(opened)
        for function in RuleFunction.all { register(function) }
        let columns = customers.attributes.map { "\"\($0.name)\" \($0.type.storage)" }
        let segments = RandomRules.segments.map { "\"in \($0.name)\" INTEGER" }
        let traits = RandomRules.traits.map { "\"has \($0)\" INTEGER" }
        let list = (["id INTEGER PRIMARY KEY"] + columns + segments + traits).joined(separator: ", ")
        try run("CREATE TABLE profile (\(list))")
    }

    deinit {
        sqlite3_close_v2(connection)
    }

    func prepare(_ sql: String) throws -> OpaquePointer {
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v2(connection, sql, -1, &statement, nil)
        try #require(code == SQLITE_OK, "\(String(cString: sqlite3_errmsg(connection))): \(sql)")
        return try #require(statement)
    }

    func run(_ sql: String, _ values: [RuleValue] = []) throws {
        let statement = try prepare(sql)
        defer { sqlite3_finalize(statement) }
        for (index, value) in values.enumerated() { bind(value, at: Int32(index + 1), of: statement) }
        try #require(sqlite3_step(statement) == SQLITE_DONE)
    }

    func insert(_ profile: [String: RuleValue], memberOf segments: Set<String> = [], traits: Set<Int64> = []) throws {
        let values = customers.attributes.map { profile[$0.name] ?? .null }
        let memberships = RandomRules.segments.map { RuleValue.boolean(segments.contains($0.name)) }
        let had = RandomRules.traits.map { RuleValue.boolean(traits.contains($0)) }
        let marks = Array(repeating: "?", count: values.count + memberships.count + had.count).joined(separator: ", ")
        try run("INSERT INTO profile VALUES (NULL, \(marks))", values + memberships + had)
    }

    /// The rule's answer for each profile, in the order in which they were inserted.
    func answers(to rule: Rule) throws -> [Bool?] {
        let sql = rule.sql(
            now: cycle,
            column: { "\"\($0.name)\"" },
            membership: { "\"in \($0)\" = 1" },
            trait: { "\"has \($0)\" = 1" }
        )
        let statement = try prepare("SELECT \(sql.text) FROM profile ORDER BY id")
        defer { sqlite3_finalize(statement) }
        for (index, parameter) in sql.parameters.enumerated() {
            let value: RuleValue =
                switch parameter {
                case .text(let text): .text(text)
                case .real(let real): .real(real)
                }
            bind(value, at: Int32(index + 1), of: statement)
        }
        var answers: [Bool?] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            let isNull = sqlite3_column_type(statement, 0) == SQLITE_NULL
            answers.append(isNull ? nil : sqlite3_column_int64(statement, 0) != 0)
        }
        return answers
    }

    /// For each profile in order, whether it is a member of each of the segments, as the native programs answer.
    func members(of segments: [(name: String, rule: Rule)]) throws -> [[Bool]] {
        let names = customers.attributes.map(\.name)
        let columns = Dictionary(uniqueKeysWithValues: zip(names, Int32(1)...))
        let programs = try RuleProgramSet(rules: segments, columns: columns, now: cycle, traits: try traits())
        let statement = try prepare("SELECT id, \(names.joined(separator: ", ")) FROM profile ORDER BY id")
        defer { sqlite3_finalize(statement) }
        var members: [[Bool]] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            programs.evaluate(statement, id: UInt32(sqlite3_column_int64(statement, 0)))
            var row = [Bool](repeating: false, count: segments.count)
            programs.forEachSegment { row[$0] = true }
            members.append(row)
        }
        return members
    }

    /// The profiles that have each trait that anybody has.
    private func traits() throws -> [Int64: ProfileMarks] {
        var traits: [Int64: ProfileMarks] = [:]
        for sid in RandomRules.traits {
            let statement = try prepare("SELECT id FROM profile WHERE \"has \(sid)\" = 1")
            defer { sqlite3_finalize(statement) }
            let profiles = ProfileMarks()
            while sqlite3_step(statement) == SQLITE_ROW { profiles.insert(UInt32(sqlite3_column_int64(statement, 0))) }
            if profiles.count > 0 { traits[sid] = profiles }
        }
        return traits
    }

    private func bind(_ value: RuleValue, at index: Int32, of statement: OpaquePointer) {
        switch value {
        case .null: sqlite3_bind_null(statement, index)
        case .text(let text): sqlite3_bind_text(statement, index, text, Int32(text.utf8.count), copied)
        case .real(let real): sqlite3_bind_double(statement, index, real)
        case .boolean(let boolean): sqlite3_bind_int64(statement, index, boolean ? 1 : 0)
        case .integer(let integer), .date(let integer), .timestamp(let integer):
            sqlite3_bind_int64(statement, index, integer)
        }
    }

    private func register(_ function: RuleFunction) {
        let body = Unmanaged.passRetained(FunctionBody(function.body)).toOpaque()
        sqlite3_create_function_v2(
            connection,
            function.name.rawValue,
            Int32(function.argumentCount),
            SQLITE_UTF8 | SQLITE_DETERMINISTIC,
            body,
            { context, count, arguments in
                guard let context, let arguments, let state = sqlite3_user_data(context) else { return }
                let function = Unmanaged<FunctionBody>.fromOpaque(state).takeUnretainedValue()
                answer(context, function.body((0..<Int(count)).map { value(arguments[$0]) }))
            },
            nil,
            nil,
            { if let state = $0 { Unmanaged<FunctionBody>.fromOpaque(state).release() } }
        )
    }
}

private final class FunctionBody {
    let body: ([RuleValue]) -> RuleValue

    init(_ body: @escaping ([RuleValue]) -> RuleValue) {
        self.body = body
    }
}

private func value(_ argument: OpaquePointer?) -> RuleValue {
    switch sqlite3_value_type(argument) {
    case SQLITE_INTEGER: return .integer(sqlite3_value_int64(argument))
    case SQLITE_FLOAT: return .real(sqlite3_value_double(argument))
    case SQLITE_TEXT:
        let bytes = UnsafeBufferPointer(start: sqlite3_value_text(argument), count: Int(sqlite3_value_bytes(argument)))
        return .text(String(decoding: bytes, as: UTF8.self))
    default: return .null
    }
}

private func answer(_ context: OpaquePointer, _ value: RuleValue) {
    switch value {
    case .null: sqlite3_result_null(context)
    case .text(let text): sqlite3_result_text(context, text, Int32(text.utf8.count), copied)
    case .real(let real): sqlite3_result_double(context, real)
    case .boolean(let boolean): sqlite3_result_int64(context, boolean ? 1 : 0)
    case .integer(let integer), .date(let integer), .timestamp(let integer): sqlite3_result_int64(context, integer)
    }
}

extension AttributeType {
    fileprivate var storage: String {
        switch self {
        case .text: "TEXT"
        case .real: "REAL"
        case .integer, .boolean, .date, .timestamp: "INTEGER"
        }
    }
}
