#!/bin/sh
# test_check.sh - lieorbit-check: true certificates, ways to fool a checker, mutants, what it is linked with.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later
set -eu
check=${CHECK:-build/lieorbit-check}
[ -n "${PYTHON:=python3}" ] || { echo "skipped: no python3"; exit 77; }
CHECK=$check "$PYTHON" "${srcdir:-.}/tests/test_check.py" "$@"
