"""The columns and the twenty segments, as each system spells them."""

from dataclasses import dataclass

# Attribute, Tidegate's type, SQLite's, DuckDB's.
COLUMNS = [
    ("customer_id", "text", "TEXT", "VARCHAR"),
    ("email", "text", "TEXT", "VARCHAR"),
    ("first_name", "text", "TEXT", "VARCHAR"),
    ("last_name", "text", "TEXT", "VARCHAR"),
    ("city", "text", "TEXT", "VARCHAR"),
    ("country", "text", "TEXT", "VARCHAR"),
    ("birth_date", "date", "TEXT", "DATE"),
    ("email_consent", "boolean", "TEXT", "BOOLEAN"),
    ("loyalty_tier", "text", "TEXT", "VARCHAR"),
    ("engagement", "integer", "INTEGER", "INTEGER"),
    ("lifetime_value", "real", "REAL", "DOUBLE"),
    ("orders", "integer", "INTEGER", "INTEGER"),
    ("signed_up_on", "date", "TEXT", "DATE"),
    ("last_order_at", "timestamp", "TEXT", "TIMESTAMP"),
    ("note", "text", "TEXT", "VARCHAR"),
]


@dataclass(frozen=True)
class Segment:
    name: str
    rule: str
    """Where SQLite, or DuckDB, says it otherwise."""
    sqlite: str | None = None
    duckdb: str | None = None

    @property
    def for_sqlite(self):
        return self.sqlite or self.rule

    @property
    def for_duckdb(self):
        return self.duckdb or self.sqlite or self.rule


def _since(column, comparison, day):
    """SQLite compares the text of a timestamp; DuckDB has no time zone in its TIMESTAMP."""
    return (
        f"{column} {comparison} timestamp '{day}T00:00:00Z'",
        f"{column} {comparison} '{day}T00:00:00Z'",
        f"{column} {comparison} TIMESTAMP '{day} 00:00:00'",
    )


EXPORTED = Segment(
    "engaged", "email_consent AND engagement >= 530", "email_consent = 'true' AND engagement >= 530",
    "email_consent AND engagement >= 530",
)

SEGMENTS = [
    EXPORTED,
    Segment("consenting", "email_consent", "email_consent = 'true'", "email_consent"),
    Segment("sweden", "country = 'SE'"),
    Segment("nordic-gold", "country = 'SE' AND loyalty_tier IN ('gold', 'platinum')"),
    Segment("big-spenders", "lifetime_value >= 1000"),
    Segment(
        "vip", "lifetime_value >= 500 AND email_consent", "lifetime_value >= 500 AND email_consent = 'true'",
        "lifetime_value >= 500 AND email_consent",
    ),
    Segment("lapsed", *_since("last_order_at", "<", "2025-05-25")),
    Segment("recent", *_since("last_order_at", ">=", "2026-11-01")),
    Segment(
        "new", "signed_up_on >= date '2026-09-01' AND orders <= 2", "signed_up_on >= '2026-09-01' AND orders <= 2",
        "signed_up_on >= DATE '2026-09-01' AND orders <= 2",
    ),
    Segment(
        "young", "birth_date BETWEEN date '1996-01-01' AND date '2008-12-31'",
        "birth_date BETWEEN '1996-01-01' AND '2008-12-31'",
        "birth_date BETWEEN DATE '1996-01-01' AND DATE '2008-12-31'",
    ),
    Segment("british-mail", "email LIKE '%@example.co.uk'"),
    Segment("noted-vip", "contains(note, 'VIP')", "instr(note, 'VIP') > 0", "contains(note, 'VIP')"),
    Segment("without-mail", "email IS NULL"),
    Segment("neighbours", "country IN ('DE', 'FR', 'PL') AND NOT engagement < 250"),
    Segment(
        "s-names", "starts_with(last_name, 'S') OR starts_with(last_name, 'L')",
        "substr(last_name, 1, 1) = 'S' OR substr(last_name, 1, 1) = 'L'",
        "starts_with(last_name, 'S') OR starts_with(last_name, 'L')",
    ),
    Segment("silver-warm", "loyalty_tier = 'silver' AND engagement BETWEEN 700 AND 899"),
    Segment(
        "never-ordered", "orders = 0 AND email_consent IS TRUE", "orders = 0 AND email_consent = 'true'",
        "orders = 0 AND email_consent IS TRUE",
    ),
    Segment("large-baskets", "orders > 3 AND lifetime_value / orders > 140"),
    Segment("platinum-rare", "country = 'JP' AND loyalty_tier = 'platinum' AND engagement >= 780"),
    Segment("malmo", "lower(city) = 'malmö' AND orders >= 1"),
]
