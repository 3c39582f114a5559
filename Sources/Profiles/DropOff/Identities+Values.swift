import TidegateModel

extension Identities {
    /// Gives a number to every id of the data source that profiles have in its attribute, where there is one.
    func addValues(of dataSource: DataSource, schema: ProfileSchema) throws(ProfileError) {
        guard let name = dataSource.attribute else { return }
        let expressions = try ProfileExpressions(schema, on: connection)
        let attribute = try expressions.attribute(named: name)
        let value = "CAST(\(expressions.expression(attribute)) AS TEXT)"
        let statement = try connection.prepare(
            """
            SELECT DISTINCT \(value) FROM profile AS p
            WHERE \(expressions.hasValue(attribute)) AND NOT EXISTS (
                SELECT 1 FROM identity WHERE environment = ?1 AND source = ?2 AND identity.id = \(value)
            )
            ORDER BY 1
            """
        )
        statement.bind(environment.number, at: 1)
        statement.bind(dataSource.dpid, at: 2)
        let batch = IdentityBatch()
        while try statement.step() {
            batch.append(statement.bytes(at: 0))
            guard batch.count == 8192 else { continue }
            _ = try numbers(of: batch, source: dataSource.dpid, adding: true)
            batch.removeAll()
        }
        _ = try numbers(of: batch, source: dataSource.dpid, adding: true)
    }
}
