#!/bin/sh
# test_examples.sh - every example model runs, the C example compiles and runs, and every console example of the README
# and the manual is true.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIEORBIT:=build/lieorbit}" "${LIBRARY:=build/.libs/liblieorbit.so}"
status=0

# A model whose second comment line begins with "# Refused" shows what this version does not analyse: exit status 4.
for model in "$srcdir"/examples/*.lo; do
    lines=$(sed -n '1,2{/^# /p;}' "$model" | wc -l)
    test "$lines" -eq 2 || { echo "$model: does not start with a two-line comment"; status=1; }
    wanted=0
    sed -n 2p "$model" | grep -q '^# Refused' && wanted=4
    timeout 120 "$LIEORBIT" laws "$model" >/dev/null 2>examples.err </dev/null
    code=$?
    test $code -eq $wanted || { echo "$model: laws: exit status $code, not $wanted"; cat examples.err; status=1; }
done
rm -f examples.err

# The C example, against the shared library. A sanitized library needs its runtime in the program, so it is left out.
if test -f "$LIBRARY" && test -z "$SANITIZED" && command -v "${CC%% *}" >/dev/null; then
    directory=$(mktemp -d) || exit 99
    if $CC $CPPFLAGS -I"$srcdir/include" -Wall -Wextra "$srcdir/examples/count-laws.c" -o "$directory/count-laws" \
        "$LIBRARY" -Wl,-rpath,"$(dirname "$LIBRARY")"; then
        "$directory/count-laws" >"$directory/out"
        diff "$srcdir/examples/count-laws.out" "$directory/out" || { echo "count-laws.c prints something else"; status=1; }
    else
        echo "count-laws.c does not compile"
        status=1
    fi
    rm -rf "$directory"
else
    echo "note: no shared library or compiler: count-laws.c was not run"
fi

if test -n "${PYTHON=python3}" && command -v "$PYTHON" >/dev/null; then
    "$PYTHON" "$srcdir/tests/run_doc_examples.py" --tool "$LIEORBIT" --top "$srcdir" || status=1
else
    echo "note: no python3: the examples of the manual were not run"
fi
exit $status
