#!/bin/sh
# run.sh - makes the tables of the survey, or checks them: run.sh [--check] [NAME...]
#
# Without NAME all sweeps of survey.list. LIEORBIT is the tool; SURVEY_WORK (default: survey) is where journals and new
# tables go; SURVEYFLAGS are further options of every sweep, such as --threads=8. With --check nothing in this directory
# is changed, and a table that is not what the tool says now gives exit status 1.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

here=$(dirname "$0")
tool=${LIEORBIT:?set LIEORBIT to the tool}
work=${SURVEY_WORK:-survey}
check=
if [ "${1-}" = --check ]; then
    check=yes
    shift
fi
chosen=" $* "
status=0
mkdir -p "$work" || exit 5

# publish FILE: a new table replaces the old one, or is compared with it.
publish() {
    if [ -z "$check" ]; then
        cp "$work/$1" "$here/$1" || exit 5
    elif ! diff -u "$here/$1" "$work/$1"; then
        echo "doc/survey/$1 is not what the tool says now: make survey"
        status=1
    fi
}

# sweep NAME KIND SPEC
sweep() {
    journal=$work/$1.jsonl
    rm -f "$journal" # a row of another build may differ
    # shellcheck disable=SC2086
    "$tool" sweep "$3" --out "$journal" --limit-seconds=120 --threads=2 --quiet --no-time --format=csv $SURVEYFLAGS \
        >"$work/$1.csv" 2>"$work/$1.err"
    code=$?
    if [ $code -ne 0 ] && [ $code -ne 4 ]; then # 4: some points are refused; the table says which
        cat "$work/$1.err"
        echo "$1: exit status $code"
        exit 5
    fi
    publish "$1.csv"
    "$tool" sweep --merge "$journal" --no-time --format=texinfo >"$work/$1.all"
    {
        echo "@c Made by make survey from: $3"
        if [ "$2" = table ]; then
            cat "$work/$1.all"
        elif grep '^@item' "$work/$1.all" | grep -v '@tab yes\**$' >/dev/null; then
            # remarks are for stars, which rows that are not complete hardly have
            sed '/@tab yes\**$/d; /^@end multitable$/q' "$work/$1.all"
            sed -n '/@tab \(no\|unknown\)\*/p' "$work/$1.all" | grep . >/dev/null && sed '1,/^@end multitable$/d' "$work/$1.all"
        fi
    } >"$work/$1.texi"
    publish "$1.texi"
}

# The table of all tables, from the CSV files; the column before the last, a note, says what is decided.
index() {
    echo '@c Made by make survey.'
    echo '@multitable @columnfractions 0.32 0.31 0.08 0.1 0.1 0.09'
    echo '@headitem File @tab Grid @tab Rows @tab Complete @tab Incomplete @tab Unknown'
    sed '/^#/d; /^$/d' "$here/survey.list" | while read -r name _ spec; do
        awk -v name="$name" -v spec="$spec" '
            NR > 1 && /,yes,/ { yes++ }
            NR > 1 && /,no,/ { no++ }
            END { printf "@item @file{%s.csv} @tab @code{%s} @tab %d @tab %d @tab %d @tab %d\n",
                  name, spec, NR - 1, yes, no, NR - 1 - yes - no }' "$here/$name.csv"
    done
    echo '@end multitable'
}

while read -r name kind spec; do
    case $name in '' | '#'*) continue ;; esac
    case $chosen in
    '  ' | *" $name "*) ;;
    *) continue ;;
    esac
    [ -n "$check" ] || echo "$name: $spec"
    sweep "$name" "$kind" "$spec"
done <"$here/survey.list"
index >"$work/index.texi"
publish index.texi
exit $status
