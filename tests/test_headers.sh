#!/bin/sh
# test_headers.sh - the tree keeps its own rules: see tests/lint.py.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

python=${PYTHON-python3}
test -n "$python" && command -v "$python" >/dev/null || { echo "skipped: no python3"; exit 77; }
exec "$python" "${srcdir:-.}/tests/lint.py" "${srcdir:-.}"
