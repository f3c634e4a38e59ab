#!/bin/sh
# test_acceptance.sh - the published counts and our own, laws checked again by an independent program.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIEORBIT:=build/lieorbit}"

if test -z "${PYTHON=python3}" || ! command -v "$PYTHON" >/dev/null; then
    echo "no python3: skipped"
    exit 77
fi
PYTHONDONTWRITEBYTECODE=1 LIEORBIT=$LIEORBIT exec "$PYTHON" "$srcdir/tests/test_acceptance.py" "$@"
