#!/bin/sh
# Writes a Swift file that holds every SQL migration as a string.
# usage: embed-migrations.sh OUTPUT.swift FILE.sql...
set -eu
output=$1
shift
{
    echo 'enum EmbeddedMigrations {'
    echo '    static let all: [(identifier: String, sql: String)] = ['
    for file in "$@"; do
        printf '        ("%s", ###"""\n' "$(basename "$file" .sql)"
        cat "$file"
        printf '\n"""###),\n'
    done
    echo '    ]'
    echo '}'
} > "$output"
