#!/bin/sh
# test_sweep.sh - the survey of a grid: grammar, templates, journals, shards, tables, limits, signals.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIEORBIT:=build/lieorbit}"

if test -z "${PYTHON=python3}" || ! command -v "$PYTHON" >/dev/null; then
    echo "no python3: skipped"
    exit 77
fi
PYTHONDONTWRITEBYTECODE=1 LIEORBIT=$LIEORBIT exec "$PYTHON" "$srcdir/tests/test_sweep.py" "$@"
