import GRDBSQLite

/// Functions that statements of one connection may call.
extension Connection {
    /// Makes `name(id)` answer whether an id is marked.
    func define(_ name: String, _ marks: ProfileMarks) throws(ProfileError) {
        let code = sqlite3_create_function_v2(
            handle,
            name,
            1,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC,
            Unmanaged.passRetained(marks).toOpaque(),
            { context, _, arguments in
                guard let marks = sqlite3_user_data(context), let id = arguments?[0] else { return }
                let profile = UInt32(truncatingIfNeeded: sqlite3_value_int64(id))
                let isMarked = Unmanaged<ProfileMarks>.fromOpaque(marks)._withUnsafeGuaranteedRef {
                    $0.contains(profile)
                }
                sqlite3_result_int(context, isMarked ? 1 : 0)
            },
            nil,
            nil,
            { marks in
                if let marks { Unmanaged<ProfileMarks>.fromOpaque(marks).release() }
            }
        )
        guard code == SQLITE_OK else { throw failure() }
    }

    /// Makes `written(value, form)` answer a value's text as export files have it, before quoting.
    func defineWritten() throws(ProfileError) {
        let code = sqlite3_create_function_v2(
            handle,
            "written",
            2,
            SQLITE_UTF8 | SQLITE_DETERMINISTIC,
            nil,
            { context, _, arguments in
                guard let value = arguments?[0], let form = arguments?[1], sqlite3_value_type(value) != SQLITE_NULL,
                    let form = ExportColumn.Form(rawValue: sqlite3_value_int(form))
                else { return sqlite3_result_null(context) }
                var text = ByteBuffer(capacity: 64)
                text.append(value, as: form)
                text.bytes.withMemoryRebound(to: CChar.self) {
                    sqlite3_result_text(context, $0.baseAddress, Int32($0.count), Statement.copied)
                }
            },
            nil,
            nil,
            nil
        )
        guard code == SQLITE_OK else { throw failure() }
    }

    /// Runs `body`; every statement in it ends with `cancelled` soon after `isCancelled` says so.
    func interruptible<Value>(
        by isCancelled: @escaping () -> Bool,
        _ body: () throws(ProfileError) -> Value
    ) throws(ProfileError) -> Value {
        let question = Question(isCancelled)
        sqlite3_progress_handler(
            handle,
            Self.instructionsBetweenQuestions,
            { question in
                guard let question else { return 0 }
                return Unmanaged<Question>.fromOpaque(question).takeUnretainedValue().ask() ? 1 : 0
            },
            Unmanaged.passUnretained(question).toOpaque()
        )
        defer {
            sqlite3_progress_handler(handle, 0, nil, nil)
            withExtendedLifetime(question) {}
        }
        return try body()
    }

    /// A few thousand rows, or less where rows are wide.
    private static let instructionsBetweenQuestions: Int32 = 20_000

    private final class Question {
        let ask: () -> Bool

        init(_ ask: @escaping () -> Bool) {
            self.ask = ask
        }
    }
}
