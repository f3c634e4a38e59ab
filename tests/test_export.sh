#!/bin/sh
# test_export.sh - lieorbit export-coq without Coq: what it takes, what it refuses, what is written where; with
# LIEORBIT_LONG the files are compiled as a stranger would, by coqc FILE alone. (tests/test_verified.sh compiles more.)
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

: "${LIEORBIT:=build/lieorbit}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' 0
failed=0
fail() { echo "FAIL: $*"; failed=1; }
# refused STATUS MESSAGE MODEL [OPTION...]
refused() {
    wanted=$1 message=$2 model=$3
    shift 3
    "$LIEORBIT" export-coq -q "$@" -e "$model" > "$work/out" 2> "$work/err"
    status=$?
    test $status = "$wanted" || fail "$model: status $status instead of $wanted"
    grep -q -- "$message" "$work/err" || fail "$model: no '$message' in: $(cat "$work/err")"
    test ! -s "$work/out" || fail "$model: something on standard output"
}
refused 4 'at most 100 parameters' 'input x[20]; net dense(10) -> relu -> dense(10)'
refused 4 'only laws are exported' 'input x[2]; net dense(2) -> tanh -> dense(1)'
refused 4 'does not know all words' 'input x[2]; output layers(x, dense(2) -> rmsnorm)'
refused 4 'not analysed' 'param u, v; input x; output u*v*x; flow momentum(tau=0)'
refused 4 'Coq reads by itself' 'param u, v; input x; output layers(u*v*x, dense(1)); flow mirror(u)'
refused 4 'path-liftings' 'param u, v; input x; output v*relu(u*x); at u=1, v=1' --relu=pattern
refused 3 'unknown name' 'param u; output u*w'
refused 5 'cannot write' 'param u, v; input x; output u*v*x' -o "$work/none/x.v"
refused 2 'name of a file' 'param u, v; input x; output u*v*x' -o ''

uv='param u, v; input x; output u*v*x'
"$LIEORBIT" export-coq -q -e "$uv" > "$work/a.v" || fail 'to standard output'
"$LIEORBIT" export-coq -q -e "$uv" -o "$work/b.v" > "$work/out" || fail 'to a file'
cmp -s "$work/a.v" "$work/b.v" || fail 'the file and standard output differ'
grep -q 'b.v: 1 law, complete; check with: coqc' "$work/out" || fail "the answer: $(cat "$work/out")"
for line in '     h1 = u^2 - v^2' '^Theorem conserved' '^Theorem true_network' '^Theorem independent' '^Theorem complete' \
        '^  "u^2 - v^2"' '^Definition text : string := "param u, v$' '^End Point\.$'; do
    grep -q "$line" "$work/a.v" || fail "no line '$line'"
done
grep -q 'Admitted\|Axiom \|Parameter ' "$work/a.v" && fail 'something is admitted'
# functions and quotients: the laws, without MathComp
for model in 'input X[2,2]; net attention(dim=1)' 'param u, v; input x; output u*x/v' 'coords x, v; field f = [v, -sin(x)]'; do
    "$LIEORBIT" export-coq -q -e "$model" > "$work/f.v" || fail "$model"
    grep -q '^Theorem laws_checked : check_function_laws text law_texts = true' "$work/f.v" || fail "$model: no theorem"
    grep -q 'mathcomp' "$work/f.v" && fail "$model: MathComp"
done
# a name that closes a comment, two units with one gate, an output without laws
for model in 'model "a *) b (* c"; param u, v; input x; output u*v*x' 'param u, v, w; input x; output v*relu(u*x) + w*relu(u*x)'; do
    "$LIEORBIT" export-coq -q -e "$model" > "$work/c.v" || fail "$model"
    grep -q '^(\* a \*)' "$work/c.v" && fail 'a title ends a comment'
done
if test -n "${LIEORBIT_LONG-}" && test -n "${COQC-}"; then
    ulimit -s unlimited 2>/dev/null
    printf 'From mathcomp Require Import all_algebra ssrZ.\n' > "$work/probe.v"
    if (cd "$work" && "$COQC" -q -w none probe.v > /dev/null 2>&1); then
        (cd "$work" && "$COQC" -q -w none a.v > out 2>&1) || fail "coqc a.v: $(cat "$work/out")"
        (cd "$work" && "$COQC" -q -w none c.v > out 2>&1) || fail "coqc c.v: $(cat "$work/out")"
    fi
fi
exit $failed
