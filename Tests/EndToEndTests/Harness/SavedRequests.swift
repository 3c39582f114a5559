import Foundation

/// A collection of requests as Postman saves it, sent one by one from top to bottom.
struct SavedRequests {
    /// Name, request and what is kept of its answer, in order.
    let items: [[String: Any]]
    private var variables: [String: String] = [:]

    init(_ file: URL, host: String, token: String) throws {
        let collection = try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any] ?? [:]
        items = collection.objects("item").flatMap { $0.objects("item") }
        for variable in collection.objects("variable") {
            variables[variable.text("key") ?? ""] = variable.text("value") ?? ""
        }
        variables["host"] = host
        variables["token"] = token
    }

    /// Sends a request as it is saved, and keeps of the answer what its script keeps.
    mutating func send(_ item: [String: Any], to server: CalledServer) throws -> CalledServer.Answer {
        variables["$guid"] = UUID().uuidString
        let request = item.object("request")
        var headers: [String: String] = [:]
        for header in request.objects("header") {
            headers[header.text("key") ?? ""] = try filled(header.text("value") ?? "")
        }
        let answer = try server.call(
            request.text("method") ?? "", try filled(request.text("url") ?? ""), headers: headers,
            body: try request.object("body").text("raw").map { try filled($0) }
        )
        for event in item.objects("event") {
            for line in event.object("script")["exec"] as? [String] ?? [] { try keep(line, answer) }
        }
        return answer
    }

    /// With the values of its variables, each of which must have one.
    private func filled(_ text: String) throws -> String {
        let whole = text.replacing(#/\{\{(\$?\w+)\}\}/#) { variables[String($0.1)] ?? "" }
        let names = text.matches(of: #/\{\{(\$?\w+)\}\}/#).map { String($0.1) }
        guard names.allSatisfy({ variables[$0]?.isEmpty == false }) else { throw Unexpected(text: text) }
        return whole
    }

    /// The one kind of line that scripts have.
    private mutating func keep(_ line: String, _ answer: CalledServer.Answer) throws {
        let shape = #/pm\.collectionVariables\.set\("(\w+)", answer([\w.\[\]]+?)(\.split\("\/"\)\.pop\(\))?\);/#
        guard let match = line.wholeMatch(of: shape) else { return }
        var value: Any? = try answer.object()
        for step in match.2.split(whereSeparator: { ".[]".contains($0) }) {
            value = Int(step).map { (value as? [Any])?.dropFirst($0).first } ?? (value as? [String: Any])?[String(step)]
        }
        guard let value else { throw Unexpected(text: line) }
        let text = "\(value)"
        variables[String(match.1)] = match.3 == nil ? text : text.split(separator: "/").last.map(String.init)
    }
}
