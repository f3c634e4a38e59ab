#!/bin/sh
# test_verified.sh - lieorbit-check-verified: certificates, lies, the proofs and what they rest on.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

srcdir=${srcdir-.}
test -x "${VERIFIED-}" || exit 77
fail() { echo "FAIL: $*"; exit 1; }
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' 0

# Verdicts: name, tab, last line.
while IFS='	' read -r name wanted; do
    got=$("$VERIFIED" "$srcdir/tests/verified/$name.problem" "$srcdir/tests/verified/$name.cert" | tail -n 1)
    test "$got" = "$wanted" || fail "$name: '$got' instead of '$wanted'"
done < "$srcdir/tests/verified/verdicts.tsv"
"$VERIFIED" >/dev/null 2>&1
test $? = 2 || fail "usage is exit status 2"

# Lies: every number of a certificate changed, in several ways; structure broken.
if test -n "${PYTHON-}"; then
    "$PYTHON" "$srcdir/tests/test_verified.py" "$VERIFIED" "$srcdir/tests/verified" || fail "a lie was believed"
fi

# The proofs, where MathComp is; then their axioms, and two exported certificates.
ulimit -s unlimited 2>/dev/null || ulimit -s hard 2>/dev/null
cp "$srcdir"/src/check/verified/*.v "$work" && cd "$work" || exit 1
printf 'From mathcomp Require Import all_algebra ssrZ. From SsrMultinomials Require Import mpoly.\n' > probe.v
if "$COQC" -q -w none probe.v >/dev/null 2>&1; then
    for f in Poly Model Checker Language Signal Elaborate Layers Statements Compile Meaning Other Witness Units Symbols Replace Jets \
            Exported Diff Claims Flow Readings Simulation Text Relu TrueFlow Examples \
            Functions SymbolValues Motion Curves FunctionFlow FunctionFields FunctionLaws FunctionExamples \
            Smooth Complete Point TextComplete Involutive InvolutiveInputs Instance Growth Symmetry Refuted \
            Replaced FunctionSymmetry FunctionInvariant UnitFlow UnitLaws UnitTrue UnitComplete \
            Expansions SeriesFunctions JetValues FunctionMembers Vectors FunctionComplete; do
        "$COQC" -q -w none -Q . LawCert $f.v || fail "$f.v does not compile"
    done
    "$COQC" -q -w none -Q . LawCert Audit.v > found.txt || fail "Audit.v does not compile"
    cd "$OLDPWD" || exit 1
    diff "$srcdir/src/check/verified/assumptions.txt" "$work/found.txt" || fail "the assumptions differ"
    . "$srcdir/tests/export_support.sh"
    exported_theorems || exit 1
else
    echo "note: MathComp is not here, the proofs were not compiled"
fi
