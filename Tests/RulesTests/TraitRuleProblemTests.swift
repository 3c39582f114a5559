import Rules
import Testing

@Suite struct TraitRuleProblemTests {
    private func problems(_ text: String) -> [String] {
        do {
            _ = try TraitRule.parse(text)
            return []
        } catch {
            return error.problems.map { problem in
                let indent = String(repeating: " ", count: problem.range.lowerBound)
                let underline = String(repeating: "~", count: max(0, problem.range.count - 1))
                return "\(text)\n\(indent)^\(underline) \(problem.message)"
            }
        }
    }

    @Test(arguments: [
        """

        ^ rule is empty
        """,
        """
        product =
                 ^ expected a value, found the end of the rule
        """,
        """
        product
               ^ expected a comparison after a key, found the end of the rule
        """,
        """
        product = camera
                  ^~~~~~ expected a value, found 'camera', text is written in single quotes
        """,
        """
        product = "camera"
                  ^~~~~~~~ expected a value, found the key "camera", text is written in single quotes
        """,
        """
        'camera' = product
        ^~~~~~~~ expected a key, found ''camera'', the value comes after its key
        """,
        """
        100 <= price
        ^~~ expected a key, found '100', the value comes after its key
        """,
        """
        1 < price < 5
        ^ expected a key, found '1', the value comes after its key
        """,
        """
        price > 1 < 5
                  ^ expected 'and' or 'or', found '<'
        """,
        """
        product-name = 'x'
               ^ expected a comparison after a key, found '-', keys that are no plain words are written in double quotes
        """,
        """
        product.name = 'x'
               ^ character '.' means nothing in a rule, keys that are no plain words are written in double quotes
        """,
        """
        größe = 'x'
          ^ character 'ö' means nothing in a rule, keys that are no plain words are written in double quotes
        """,
        """
        escape = 'x'
        ^~~~~~ expected a key, found 'escape', a key of that name is written "escape"
        """,
        """
        "" = 'x'
        ^~ key is empty
        """,
        """
        "-" = 'x'
        ^~~ key is empty
        """,
        """
        "open = 'x'
        ^ key that starts here has no closing quote, one within the key is written twice
        """,
        """
        price = -'x'
                 ^~~ expected a number, found ''x''
        """,
        """
        price >= '100'
                 ^~~~~ '>=' would compare '100' as text, write 100 without quotes
        """,
        """
        price not between '1' and '-2.5'
                          ^~~ 'between' would compare '1' as text, write 1 without quotes
        """,
        """
        price between 1 and 'x'
                      ^~~~~~~~~ 'between' needs two numbers or two texts, not one of each
        """,
        """
        price between 1, 2
                       ^ expected 'and' between the bounds of 'between', found ','
        """,
        """
        price = 9223372036854775808
                ^~~~~~~~~~~~~~~~~~~ '9223372036854775808' is out of the range of an integer
        """,
        """
        price = -9223372036854775809
                 ^~~~~~~~~~~~~~~~~~~ '9223372036854775809' is out of the range of an integer
        """,
        """
        city in ()
                 ^ 'in' needs at least one value
        """,
        """
        city not = 'x'
                 ^ expected 'in', 'between' or 'like' after 'not', found '='
        """,
        """
        city is 'x'
                ^~~ expected 'null' after 'is', found ''x''
        """,
        """
        city like 5
                  ^ 'like' needs a pattern in quotes, found '5'
        """,
        """
        city ilike 'a!' escape '!'
                   ^~~~ pattern ends in the escape character '!', which escapes nothing
        """,
        """
        city like 'a' escape 'ab'
                             ^~~~ 'escape' needs one character in quotes
        """,
        """
        start_with(city, 'x')
        ^~~~~~~~~~ a trait's rule has no function 'start_with', did you mean 'starts_with'?
        """,
        """
        has_trait(7)
        ^~~~~~~~~ a trait's rule has no function 'has_trait'
        """,
        """
        contains('x', city)
                 ^~~ expected a key, found ''x'', the value comes after its key
        """,
        """
        contains(city)
                     ^ expected ',' between the key and the text of 'contains', found ')'
        """,
        """
        contains(city, 5)
                       ^ 'contains' needs text in quotes, found '5'
        """,
        """
        (city = 'x'
                   ^ expected ')' to close the parenthesis, found the end of the rule
        """,
        """
        city == 'x'
             ^~ '==' is not an operator of rules, write '='
        """,
    ])
    func `a trait's rule that cannot be read says where and what was expected`(golden: String) {
        let text = String(golden.prefix { $0 != "\n" })
        #expect(problems(text).first == golden)
    }

    @Test func `every value that does not fit is found in one go, with a problem of syntax after them`() throws {
        let error = #expect(throws: InvalidRule.self) {
            try TraitRule.parse("a > '1' or \"\" = 2 or b between 1 and 'x' or c")
        }
        #expect(error?.problems.map(\.range.lowerBound) == [4, 11, 31, 45])
    }

    @Test(arguments: [
        String(repeating: "(", count: 10_000) + "a = 1" + String(repeating: ")", count: 10_000),
        String(repeating: "not ", count: 60_000) + "a = 1",
        String(repeating: "(a = 1 and ", count: 10_000),
        String(repeating: "\"", count: 99_999),
        String(repeating: "a", count: 262_145),
    ])
    func `hostile text is refused without exhausting the stack`(text: String) {
        #expect(throws: InvalidRule.self) { try TraitRule.parse(text) }
    }

    @Test func `a long chain of 'or' and a long list are not deep`() throws {
        let chain = (0..<20_000).map { "a = \($0)" }.joined(separator: " or ")
        #expect(try TraitRule.parse(chain).isFulfilled(by: [("a", "19999")]))
        let list = (0..<20_000).map(String.init).joined(separator: ", ")
        #expect(try !TraitRule.parse("a in (\(list))").isFulfilled(by: [("a", "20000")]))
    }
}
