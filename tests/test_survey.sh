#!/bin/sh
# test_survey.sh - the survey tables of the manual are what the tool says: a few of them, with LIEORBIT_LONG all.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIEORBIT:=build/lieorbit}"

SURVEY_WORK=$(mktemp -d) || exit 99
trap 'rm -rf "$SURVEY_WORK"' 0
trap 'exit 1' 1 2 15
export LIEORBIT SURVEY_WORK

few='attention grouped-query norm-gain activations mixture deep-linear tied power'
test -z "${LIEORBIT_LONG-}" || few=
# shellcheck disable=SC2086
sh "$srcdir/doc/survey/run.sh" --check $few || exit 1

# A table that is not true is noticed.
mkdir "$SURVEY_WORK/doc" && cp "$srcdir"/doc/survey/* "$SURVEY_WORK/doc" && chmod u+w "$SURVEY_WORK"/doc/* || exit 99
sed '2s/^1/7/' "$srcdir/doc/survey/tied.csv" >"$SURVEY_WORK/doc/tied.csv"
if sh "$SURVEY_WORK/doc/run.sh" --check tied >"$SURVEY_WORK/out"; then
    echo 'a wrong table was not noticed'
    exit 1
fi
grep 'tied.csv is not what the tool says' "$SURVEY_WORK/out" >/dev/null
