#!/bin/sh
# test_certificate.sh - certificates: bytes, claims, the reference checker, corruption, files that cannot be written.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIEORBIT:=build/lieorbit}"
if test -z "${PYTHON=python3}" || ! command -v "$PYTHON" >/dev/null; then
    echo "no python3: certificates were not checked"
    exit 77
fi
exec "$PYTHON" "$srcdir/tests/test_certificate.py" "$LIEORBIT" "$srcdir"
