import Rules
import Testing

@Suite struct RuleProblemTests {
    @Test(arguments: [
        """
        lifetime_vlaue >= 1000
        ^~~~~~~~~~~~~~ unknown attribute 'lifetime_vlaue', did you mean 'lifetime_value'?
        """,
        """
        Email = 'x'
        ^~~~~ unknown attribute 'Email', did you mean 'email'?
        """,
        """
        zodiac = 'lion'
        ^~~~~~ unknown attribute 'zodiac'
        """,
        """
        orders = 'x'
        ^~~~~~~~~~~~ 'orders' is an integer and cannot be compared with text 'x'
        """,
        """
        orders > '12'
        ^~~~~~~~~~~~~ 'orders' is an integer and cannot be compared with text '12', write 12 without quotes
        """,
        """
        email_consent = 1
        ^~~~~~~~~~~~~~~~~ 'email_consent' is a boolean and cannot be compared with integer 1, write true
        """,
        """
        birth_date < '2000-01-01'
        ^~~~~~~~~~~~~~~~~~~~~~~~~ 'birth_date' is a date and cannot be compared with text '2000-01-01', write date '2000-01-01'
        """,
        """
        'x' = orders
        ^~~~~~~~~~~~ 'x' is text and cannot be compared with 'orders', which is an integer
        """,
        """
        email_consent < is_staff
        ^~~~~~~~~~~~~ 'email_consent' is a boolean and has no order, compare it with '=' or '!='
        """,
        """
        orders in (1, 'two', 3)
        ^~~~~~~~~~~~~~~~~~~ 'orders' is an integer and cannot be compared with text 'two'
        """,
        """
        orders like '1%'
        ^~~~~~ 'like' needs text but 'orders' is an integer
        """,
        """
        not orders
            ^~~~~~ 'not' needs a boolean but 'orders' is an integer
        """,
        """
        email_consent and lower(email)
                          ^~~~~~~~~~~~ 'and' needs a boolean but 'lower(email)' is text
        """,
        """
        orders + 1
        ^~~~~~~~~~ rule must be true or false but 'orders + 1' is an integer
        """,
        """
        orders is true
        ^~~~~~ 'is true' needs a boolean but 'orders' is an integer
        """,
        """
        email + 1 > 2
        ^~~~~ '+' needs numbers but 'email' is text
        """,
        """
        now - last_order_at > 5
        ^~~ '-' needs numbers but 'now' is a timestamp, a length of time is written like '90 days'
        """,
        """
        orders + 3 days > 5
        ^~~~~~ '3 days' can only be added to a date or a timestamp but 'orders' is an integer
        """,
        """
        last_order_at + 1 month < now
                        ^~~~~~~ months and years are not equally long and can only be added to 'now' or a literal, \
        move the other side
        """,
        """
        now - 99999999 years < now
              ^~~~~~~~~~~~~~ '99999999 years' is longer than ten thousand years
        """,
        """
        coalesce(email, orders) = 'x'
                        ^~~~~~ 'coalesce' needs values of one type but 'email' is text and 'orders' is an integer
        """,
        """
        coalesce(email) = 'x'
        ^~~~~~~~~~~~~~~ 'coalesce' needs at least 2 values, found 1
        """,
        """
        lower() = 'x'
        ^~~~~~~ 'lower' needs 1 value, found 0
        """,
        """
        lenght(email) > 3
        ^~~~~~ unknown function 'lenght', did you mean 'length'?
        """,
        """
        in_segment(vip)
                   ^~~ 'in_segment' needs the name of one segment in quotes
        """,
        """
        has_tarit(7)
        ^~~~~~~~~ unknown function 'has_tarit', did you mean 'has_trait'?
        """,
        """
        has_trait('123')
                  ^~~~~ 'has_trait' needs the number of one trait, write 123 without quotes
        """,
        """
        has_trait('camera')
                  ^~~~~~~~ 'has_trait' needs the number of one trait, not text
        """,
        """
        has_trait(orders)
                  ^~~~~~ 'has_trait' needs the number of one trait, found 'orders'
        """,
        """
        has_trait(1.5)
                  ^~~ 'has_trait' needs the number of one trait, found '1.5'
        """,
        """
        has_trait(9223372036854775808)
                  ^~~~~~~~~~~~~~~~~~~ 'has_trait' needs the number of one trait, found '9223372036854775808'
        """,
        """
        has_trait(-1)
                  ^ 'has_trait' needs the number of one trait, which has no sign
        """,
        """
        has_trait()
                  ^ 'has_trait' needs the number of one trait
        """,
        """
        has_trait(1, 2)
                   ^ 'has_trait' needs the number of one trait, join two with 'or'
        """,
        """
        has_trait(1 + 2)
                    ^ expected ')' after the number of the trait, found '+'
        """,
        """
        has_trait(
                  ^ 'has_trait' needs the number of one trait, found the end of the rule
        """,
        """
        has_trait(7) > 3
        ^~~~~~~~~~~~~~~~ 'has_trait(7)' is a boolean and cannot be compared with integer 3
        """,
        """
        birth_date = date '2026-02-30'
                          ^~~~~~~~~~~~ date '2026-02-30' does not exist or is not written yyyy-mm-dd
        """,
        """
        updated_at > timestamp '2026-02-03'
                               ^~~~~~~~~~~~ timestamp '2026-02-03' does not exist or is not written like \
        '2026-01-31T02:00:00Z'
        """,
        """
        email like 'a!' escape '!'
                   ^~~~ pattern ends in the escape character '!', which escapes nothing
        """,
    ])
    func `a rule with types that do not fit is refused with a sentence that helps`(golden: String) {
        let text = String(golden.prefix { $0 != "\n" })
        #expect(problems(text).first == golden)
    }

    @Test(arguments: [
        """

        ^ rule is empty
        """,
        """
        orders >
                ^ expected a value, found the end of the rule
        """,
        """
        orders > 1 orders < 5
                   ^~~~~~ expected an operator such as 'and', found 'orders'
        """,
        """
        (orders > 1
                   ^ expected ')' to close the parenthesis, found the end of the rule
        """,
        """
        1 < orders < 5
                   ^ '<' cannot be followed by another comparison, join the two with 'and'
        """,
        """
        orders == 1
               ^~ '==' is not an operator of rules, write '='
        """,
        """
        email = "x"
                ^ character '"' means nothing in a rule, text is written in single quotes
        """,
        """
        email = 'it's'
                     ^ text that starts here has no closing quote, one within the text is written twice
        """,
        """
        email = 'open
                ^ text that starts here has no closing quote, one within the text is written twice
        """,
        """
        orders between 1, 5
                        ^ expected 'and' between the bounds of 'between', found ','
        """,
        """
        orders in ()
                   ^ 'in' needs at least one value
        """,
        """
        email is 5
                 ^ expected 'null', 'true' or 'false' after 'is', found '5'
        """,
        """
        orders = 5x
                 ^~ '5x' is not a number
        """,
        """
        orders = 9223372036854775808
                 ^~~~~~~~~~~~~~~~~~~ '9223372036854775808' is out of the range of an integer
        """,
        """
        orders = 1e999
                 ^~~~~ '1e999' is out of the range of a real
        """,
        """
        orders = 1 -- a comment
                   ^~ '--' is not an operator of rules, write '- -' for a double minus; there are no comments
        """,
        """
        email_consent = not is_staff
                        ^~~ 'not' needs parentheses here
        """,
        """
        email like 'a' escape 'ab'
                              ^~~~ 'escape' needs one character in quotes
        """,
    ])
    func `a rule that cannot be read says where and what was expected`(golden: String) {
        let text = String(golden.prefix { $0 != "\n" })
        #expect(problems(text) == [golden])
    }

    @Test func `every problem of types is found in one go, in the order of the text`() throws {
        let text = "ordrs > 1 and email > 5 or not first_name and lower(returns) = 'x'"
        let error = #expect(throws: InvalidRule.self) { try rule(text) }
        #expect(error?.problems.map(\.range.lowerBound) == [0, 14, 31, 52])
    }

    @Test func `problems of types before a problem of syntax are reported with it`() throws {
        let error = #expect(throws: InvalidRule.self) { try rule("ordrs > 1 and (") }
        #expect(error?.problems.map(\.range) == [0..<5, 15..<15])
    }

    @Test func `positions count Unicode scalars, so that a caret stands under its character`() throws {
        let error = #expect(throws: InvalidRule.self) { try rule("email = '👩‍🚀' or\n  ordrs = 1") }
        let problem = try #require(error?.problems.first)
        #expect(problem.range == 19..<24)
        #expect(problem.position(in: "email = '👩‍🚀' or\n  ordrs = 1") == (line: 2, column: 3))
    }

    @Test(arguments: [
        String(repeating: "(", count: 10_000) + "1 = 1" + String(repeating: ")", count: 10_000),
        String(repeating: "not ", count: 60_000) + "true",
        String(repeating: "not ", count: 262_144) + "true",
        String(repeating: "- ", count: 100_000) + "1 = 1",
        String(repeating: "lower(", count: 10_000),
        "1" + String(repeating: " + 1", count: 10_000) + " > 0",
        "true" + String(repeating: " is true", count: 10_000),
        "now" + String(repeating: " + 1 day", count: 10_000) + " > now",
        String(repeating: "(true and ", count: 10_000),
        String(repeating: "'", count: 99_999),
    ])
    func `hostile text is refused without exhausting the stack`(text: String) {
        #expect(throws: InvalidRule.self) { try rule(text) }
    }

    @Test func `a long chain of 'or' and a long list are not deep`() throws {
        let chain = Array(repeating: "orders = 1", count: 10_000).joined(separator: " or ")
        #expect(try truth(chain, ["orders": .integer(1)]) == true)
        let list = (0..<20_000).map(String.init).joined(separator: ", ")
        #expect(try truth("orders in (\(list))", ["orders": .integer(19_999)]) == true)
    }
}
