#!/bin/sh
# test_mutants.sh - mutants of certificates and named lies: all checkers agree, and what is accepted is true.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIEORBIT:=build/lieorbit}"
if test -z "${PYTHON=python3}" || ! command -v "$PYTHON" >/dev/null; then
    echo "no python3: mutants were not checked"
    exit 77
fi
exec "$PYTHON" "$srcdir/tests/test_mutants.py" "$LIEORBIT"
