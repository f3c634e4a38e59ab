# export_support.sh - compiles the second part of exported Coq files against the theory that is compiled in $work.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

# export_part FILE: the network and its theorems of $work/FILE, with the theory imported
export_part() {
    echo 'From LawCert Require Import Poly Model Checker Language Signal Elaborate Layers Statements Compile Exported'
    echo '  Diff Claims Flow Meaning Readings Simulation Text Relu TrueFlow Smooth Complete Point.'
    if grep -q check_function_laws.text "$work/$1"; then
        echo 'From LawCert Require Import Symbols Functions SymbolValues Motion Curves FunctionFlow FunctionFields FunctionLaws.'
    fi
    sed -n '/^From Coq Require Import ZArith List String Reals\.$/,$p' "$work/$1" | sed 's/^Import .* ListNotations\./Import ListNotations./'
}
# compiles FILE: exit status of coqc on the second part; its output goes to $work/out
compiles() {
    export_part "$1" > "$work/part.v"
    (cd "$work" && "$COQC" -q -w none -Q . LawCert part.v > out 2> err)
}
# accepted NAME WORD MODEL: the export compiles, its file has the word, and it rests on the axioms of Coq's reals only
accepted() {
    "$LIEORBIT" export-coq -q -e "$3" -o "$work/$1.v" > /dev/null || { echo "FAIL: $1 is not exported"; return 1; }
    grep -q "$2" "$work/$1.v" || { echo "FAIL: $1: no '$2'"; return 1; }
    compiles "$1.v" || { echo "FAIL: $1 does not compile"; cat "$work/err"; return 1; }
    if grep -v '^Axioms:\|^ClassicalDedekindReals\.\|^FunctionalExtensionality\.\|^Classical_Prop\.\|^ ' "$work/out"; then
        echo "FAIL: $1 rests on something else"
        return 1
    fi
}
# lie NAME SED-COMMAND: the changed file does not compile
lie() {
    sed "$2" "$work/$1.v" > "$work/lie.v"
    cmp -s "$work/$1.v" "$work/lie.v" && { echo "FAIL: $1: '$2' changes nothing"; return 1; }
    ! compiles lie.v || { echo "FAIL: $1: believed after '$2'"; return 1; }
    grep -q 'eq_refl' "$work/err" || { echo "FAIL: $1: after '$2' it is not the check that fails"; return 1; }
}
exported_theorems() {
    accepted relu 'Theorem true_network ' 'param u, v, b; input x; output v*relu(u*x + b)' &&
    accepted convolution 'Theorem true_network ' 'input x[1,3]; net conv1d(1,2) -> relu -> conv1d(1,2)' &&
    accepted program 'Definition program' 'input x[1,3]; output layers(x, conv1d(1,2) -> relu -> conv1d(1,2))' &&
    accepted mirror 'Theorem true_network ' 'param u, v; input x; output u*v*x; flow mirror(u)' &&
    accepted norm 'forall (F : functions)' 'param g, v[2]; input x[2]; output g*tanh(dot(v, x)/sqrt(dot(v, v)))' &&
    lie norm 's/^  "v\[1\]^2/  "2*v[1]^2/' &&
    lie norm 's/^output g.tanh/output g*v[1]*tanh/' &&
    lie relu 's/^  "u^2/  "2*u^2/' &&
    lie relu 's/^output v/output v*v/' &&
    lie mirror 's/^flow mirror(u)/flow gradient/' &&
    lie program 's/Power \([0-9]*\) 2;/Power \1 3;/' || return 1
    test -n "${LIEORBIT_LONG-}" || return 0
    accepted linear 'Theorem complete ' 'input x[2]; net dense(1) -> dense(2)' &&
    accepted none 'No conservation law' 'param u, v; input x; output u*x + v^2*x^2' &&
    accepted field 'field_number 0' 'coords x, y, z; field f = [y*z, z*x, x*y]' &&
    accepted open 'Theorem rank ' 'param a, b, c; input x; output a*b*c*x + a^2*x' &&
    accepted metric 'Theorem true_network ' 'param u[2], v[2]; input x; output dot(v, relu(u*x)); flow metric([1/2, 1/2, 1, 1])' &&
    accepted image 'Theorem complete ' 'input x[1,3,3]; net conv2d(1, 2) -> relu -> maxpool(2) -> flatten -> dense(1)' &&
    accepted attention 'Theorem complete ' 'input x[2,2]; net attention(linear, dim=1)' &&
    accepted fraction "frozen c" 'param a, b; frozen c; input x; output (a^2 + b^2)*c*x/2' &&
    lie linear 's/^  \[\[\([0-9]*\);/  [[1\1;/' &&
    lie linear 's/^  \[0; 1; 2\(.*\) point/  [0; 1\1 point/' &&
    lie field 's/f = .y.z,/f = [2*y*z,/'
}
