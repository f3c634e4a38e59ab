#!/bin/sh
# test_symbols.sh - the shared library exports what the headers declare with LO_API, and nothing else.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${srcdir:=.}" "${LIBRARY:=build/.libs/liblieorbit.so}"
test -n "${NM=nm}" && command -v "$NM" >/dev/null || { echo "skipped: no nm"; exit 77; }
test -f "$LIBRARY" || { echo "skipped: no shared library $LIBRARY"; exit 77; }

# Symbols of the library itself; versioned names lose their suffix. A sanitizer or coverage build adds its own
# names, which do not start with lo_ and are not ours to judge.
exported=$("$NM" -D --defined-only "$LIBRARY" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort -u)
declared=$(cat "$srcdir"/include/lieorbit/*.h | tr '\n' ' ' | sed 's/LO_API/\n&/g' |
    sed -n 's/^LO_API[^;(]*[^;(a-z0-9_]\(lo_[a-z0-9_]*\)(.*/\1/p' | sort -u)

status=0
for name in $exported; do
    case $name in
    lo_*) ;;
    __asan* | __ubsan* | __sanitizer* | __odr_asan* | __gcov* | __llvm* | __sancov*)
        test -n "$SANITIZED" && continue ;;
    esac
    echo "$declared" | grep -qx "$name" || { echo "exported, and in no public header: $name"; status=1; }
done
for name in $declared; do
    echo "$exported" | grep -qx "$name" || { echo "declared with LO_API, and not exported: $name"; status=1; }
done
test -n "$exported" || { echo "the library exports nothing"; status=1; }
exit $status
