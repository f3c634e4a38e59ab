# theory.awk - the Coq development as a C file: one array of lines for each .v file, as a Module.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later
#
# `From X Require Import A B.` stands outside of the module as `From X Require A B.`, inside as `Import A B.`.
function put(line) {
    gsub(/[\\"]/, "\\\\&", line)
    printf "    \"%s\",\n", line
}
function flush_module(    i) {
    if (name == "") return
    printf "static const char *const text_%s[] = {\n", name
    for (i = 1; i <= required; i++) put(requires[i])
    put("Module " name ".")
    for (i = 1; i <= lines; i++) put(body[i])
    put("End " name ".")
    print "    NULL\n};"
    table = table "    { \"" name "\", text_" name " },\n"
}
BEGIN { print "/* Made by theory.awk. */\n#include \"certificate/theory.h\"\n#include <stddef.h>\n" }
FNR == 1 {
    flush_module()
    name = FILENAME; sub(/.*\//, "", name); sub(/\.v$/, "", name)
    required = lines = 0
}
/^From / { while ($0 !~ /\.$/ && (getline line) > 0) $0 = $0 line }
/^From [A-Za-z]+ Require Import [^.]*\.$/ {
    if ($2 != "LawCert") { line = $0; sub(/Require Import/, "Require", line); requires[++required] = line }
    sub(/^From [A-Za-z]+ Require /, "")
}
/^From / { print "theory.awk: " FILENAME ": " $0 > "/dev/stderr"; failed = 1 }
{ body[++lines] = $0 }
END {
    flush_module()
    print "const lo_theory_struct lo_theory[] = {\n" table "    { NULL, NULL },\n};"
    exit failed
}
