#!/bin/sh
# test_examples.sh - every example model runs, and every console example of the README and the manual is true.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIEORBIT:=build/lieorbit}"
status=0

for model in "$srcdir"/examples/*.lo; do
    lines=$(sed -n '1,2{/^# /p;}' "$model" | wc -l)
    test "$lines" -eq 2 || { echo "$model: does not start with a two-line comment"; status=1; }
    timeout 120 "$LIEORBIT" laws "$model" >/dev/null 2>examples.err </dev/null
    code=$?
    test $code -eq 0 || { echo "$model: laws: exit status $code"; cat examples.err; status=1; }
done
rm -f examples.err

if test -n "${PYTHON=python3}" && command -v "$PYTHON" >/dev/null; then
    "$PYTHON" "$srcdir/tests/run_doc_examples.py" --tool "$LIEORBIT" --top "$srcdir" || status=1
else
    echo "note: no python3: the examples of the manual were not run"
fi
exit $status
