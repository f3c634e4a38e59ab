#!/bin/sh
# test_structural.sh - the structural route against the exact one, and at size.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIEORBIT:=build/lieorbit}"

if test -z "${PYTHON=python3}" || ! command -v "$PYTHON" >/dev/null; then
    echo "no python3: skipped"
    exit 77
fi
PYTHONDONTWRITEBYTECODE=1 LIEORBIT=$LIEORBIT exec "$PYTHON" "$srcdir/tests/test_structural.py" "$@"
