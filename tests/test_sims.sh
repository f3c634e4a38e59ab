#!/bin/sh
# test_sims.sh - invariant manifolds from outside: text, JSON, pictures, limits, refusals (test_sims.py).
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later
if test -z "${PYTHON=python3}" || ! command -v "$PYTHON" >/dev/null; then
    echo "no python3: skipped"
    exit 77
fi
PYTHONDONTWRITEBYTECODE=1 LIEORBIT=$LIEORBIT exec "$PYTHON" "${srcdir:-.}/tests/test_sims.py"
