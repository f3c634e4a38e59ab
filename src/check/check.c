/* check.c - the whole check: which claims there are, and what each needs.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/language.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    CONSERVED, INDEPENDENT, RANK, COMPLETE, UNITS, INVARIANT, REFUTED, INVOLUTIVE, GROWTH, SYMMETRY, NCLAIMS
};
static const char *const claim_names[NCLAIMS] = { "conserved", "independent", "rank",       "complete", "units",
                                                  "invariant", "refuted",     "involutive", "growth",   "symmetry" };

static char *theorem;
static long theorem_size, theorem_room;

void say(const char *format, ...)
{
    char text[1000];
    va_list arguments;
    va_start(arguments, format);
    long n = vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    n = n < (long) sizeof(text) ? n : (long) sizeof(text) - 1;
    for (long i = 0; i <= n; i++) { /* with the zero at the end, which the next call overwrites */
        ROOM(theorem, theorem_size + i, theorem_room);
        theorem[theorem_size + i] = text[i];
    }
    theorem_size += n;
}

/* Distinct names, in the order above. */
static void read_claims(int *has, const json *j)
{
    int last = -1;
    const json *e = list(j, "claims", -1);
    if (e == NULL)
        fail("claims: the list is empty");
    for (; e != NULL; e = e->next) {
        int i = last + 1;
        while (i < NCLAIMS && strcmp(claim_names[i], string(e, "claims")) != 0)
            i++;
        if (i == NCLAIMS)
            fail("claims: \"%.40s\" is unknown, or out of order", e->text);
        has[i] = 1;
        last = i;
    }
    if (has[INDEPENDENT] && !has[CONSERVED] && !has[UNITS])
        fail("claims: independent without conserved or units");
    if (has[COMPLETE] && (!has[INDEPENDENT] || !has[RANK]))
        fail("claims: complete without independent and rank");
    if (has[GROWTH] && !has[RANK])
        fail("claims: growth without rank");
    if (has[UNITS] && (has[CONSERVED] || has[INVARIANT] || has[REFUTED] || has[INVOLUTIVE] || has[SYMMETRY]))
        fail("claims: units stand alone, or with independent, rank and complete");
}

/* Format and version of a file. */
static void check_head(const json *format, const char *expected, const json *version, const char *what)
{
    if (strcmp(string(format, "format"), expected) != 0)
        fail("%s has another format", what);
    if (number(version, "version", 1000) != 2)
        fail("%s has another version", what);
}

static void read_problem(const json *j)
{
    const json *format, *lines, *relu, *title, *version;
    unpack(j, "the problem", "format model relu title version", &format, &lines, &relu, &title, &version);
    check_head(format, "conslaw-problem", version, "the problem");
    read_model(lines, string(title, "title"));
    const char *word = string(relu, "relu");
    if (strcmp(word, "path-lifting") != 0 && strcmp(word, "none") != 0)
        fail("relu: \"path-lifting\" or \"none\" is expected");
    if (!units_only && (strcmp(word, "none") == 0) == M.gated)
        fail("relu: \"none\" is for models without gated units, and \"path-lifting\" for the others");
}

/* A section is there when a claim needs it, and only then. */
static void check_section(const json *section, const char *key, int needed)
{
    if (needed && section == NULL)
        fail("the section \"%s\" is missing", key);
    if (!needed && section != NULL)
        fail("the section \"%s\" serves no claim", key);
}

static void begin_theorem(void)
{
    const char *what = M.kind == M_RAW ? "coordinate" : "parameter";
    say("%s (%ld %s%s%s):\n  ", M.title[0] != '\0' ? M.title : "the model", M.p, what, M.p == 1 ? "" : "s",
        M.momentum ? ", with time and velocities" : "");
}

/* Models are read once, but with the claim `units` and values at a point once more: first its units, then its
 * scalars. */
static void check_claims(const json *problem, const char *digest, const json *certificate)
{
    int has[NCLAIMS] = { 0 }, *laws = NULL;
    const json *claims, *format, *constants_, *growth, *instances, *invariant, *involutive, *jlaws, *point, *hash,
        *refuted, *split, *symmetry, *units, *version, *words;
    unpack(certificate, "the certificate",
           "claims format frozen? growth? instances? invariant? involutive? laws? point? problem refuted? split? "
           "symmetry? units? version words?",
           &claims, &format, &constants_, &growth, &instances, &invariant, &involutive, &jlaws, &point, &hash, &refuted,
           &split, &symmetry, &units, &version, &words);
    read_claims(has, claims);
    check_head(format, "conslaw-cert", version, "the certificate");
    if (strcmp(string(hash, "problem"), digest) != 0)
        fail("the certificate is for another problem");
    int at_point = has[INDEPENDENT] || has[RANK], entries = has[RANK] || has[INVOLUTIVE];
    check_section(growth, "growth", has[GROWTH]);
    check_section(instances, "instances", entries);
    check_section(invariant, "invariant", has[INVARIANT]);
    check_section(involutive, "involutive", has[INVOLUTIVE]);
    check_section(jlaws, "laws", has[CONSERVED]);
    check_section(point, "point", at_point);
    check_section(refuted, "refuted", has[REFUTED]);
    check_section(split, "split", at_point);
    check_section(symmetry, "symmetry", has[SYMMETRY]);
    check_section(units, "units", has[UNITS]);
    check_section(words, "words", entries && words != NULL);
    units_only = has[UNITS];
    if (units_only)
        units_open(units);
    read_problem(problem);
    check_section(constants_, "frozen", (at_point || has[REFUTED]) && M.frozen + M.symbolic > 0);
    begin_theorem();
    long before = theorem_size, nlaws = has[CONSERVED] ? jlaws->number : units_only ? units_count : 0;
    if (has[UNITS])
        units_close();
    if (has[UNITS] && !at_point) {
        say(".\n");
        return;
    }
    if (has[UNITS]) {
        units_only = 0;
        read_problem(problem);
    }
    family_start();
    normal_start();
    if (constants_ != NULL)
        read_frozen(constants_);
    if (has[CONSERVED])
        laws = claim_conserved(jlaws);
    if (point != NULL)
        read_point(point);
    if (instances != NULL)
        read_members(instances, words);
    if (at_point)
        claim_split(split, laws, nlaws, has[INDEPENDENT], has[RANK], has[COMPLETE]);
    if (has[GROWTH])
        claim_growth(growth, split);
    const struct { void (*check)(const json *); const json *section; } others[] = {
        { claim_invariant, invariant }, { claim_refuted, refuted }, { claim_involutive, involutive },
        { claim_symmetry, symmetry }
    };
    for (int i = 0; i < 4; i++) {
        if (others[i].section == NULL)
            continue;
        say("%s", theorem_size > before ? ".\n  " : "");
        others[i].check(others[i].section);
    }
    say(".\n");
}

/* Breaks the lines at the last space before column 100. */
static void wrap(char *text)
{
    char *space = NULL;
    long column = 0;
    for (; *text != '\0'; text++, column++) {
        if (*text == '\n') {
            column = -1;
            space = NULL;
        } else if (*text == ' ' && column > 2) {
            space = text;
        }
        if (column >= 100 && space != NULL) {
            *space = '\n';
            column = text - space - 1;
            space = NULL;
        }
    }
}

char *check(char *problem, size_t problem_size, char *certificate, size_t certificate_size, char *reason,
            size_t room)
{
    char digest[65];
    gmp_uses_our_memory();
    theorem = NULL;
    theorem_size = theorem_room = 0;
    if (setjmp(failure_jump) != 0) {
        snprintf(reason, room, "%s", failure_reason);
        free_everything();
        return NULL;
    }
    tape_start();
    poly_start();
    members_start();
    sha256(digest, (const unsigned char *) problem, problem_size);
    const json *p = json_parse(problem, problem_size, "the problem");
    check_claims(p, digest, json_parse(certificate, certificate_size, "the certificate"));
    wrap(theorem);
    return theorem;
}
