/* check.c - the whole check: which claims there are, and what each needs.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { CONSERVED, INDEPENDENT, RANK, COMPLETE, UNITS, INVARIANT, REFUTED, INVOLUTIVE, NCLAIMS };
static const char *const claim_names[NCLAIMS] = { "conserved", "independent", "rank",    "complete",
                                                  "units",     "invariant",   "refuted", "involutive" };

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
    if (has[UNITS] && (has[CONSERVED] || has[INVARIANT] || has[REFUTED] || has[INVOLUTIVE]))
        fail("claims: units stand alone, or with independent, rank and complete");
}

static void read_problem(const json *j)
{
    cursor c = enter(j, "the problem");
    if (strcmp(string(required(&c, "format"), "format"), "conslaw-problem") != 0)
        fail("the problem has another format");
    const json *lines = required(&c, "model");
    const char *relu = string(required(&c, "relu"), "relu"), *title = string(required(&c, "title"), "title");
    if (number(required(&c, "version"), "version", 1000) != 2)
        fail("the problem has another version");
    leave(&c);
    read_model(lines, title);
    if (strcmp(relu, "path-lifting") != 0 && strcmp(relu, "none") != 0)
        fail("relu: \"path-lifting\" or \"none\" is expected");
    if (!units_only && (strcmp(relu, "none") == 0) == M.gated)
        fail("relu: \"none\" is for models without gated units, and \"path-lifting\" for the others");
}

static const json *section(cursor *c, const char *key, int needed)
{
    json *j = optional(c, key);
    if (needed && j == NULL)
        fail("the section \"%s\" is missing", key);
    if (!needed && j != NULL)
        fail("the section \"%s\" serves no claim", key);
    return j;
}

static void begin_theorem(void)
{
    const char *what = M.kind == M_RAW ? "coordinate" : "parameter";
    say("%s (%ld %s%s%s):\n  ", M.title[0] != '\0' ? M.title : "the model", M.p, what, M.p == 1 ? "" : "s",
        M.momentum ? ", with time and velocities" : "");
}

static void check_claims(const json *problem, const char *digest, const json *certificate)
{
    int has[NCLAIMS] = { 0 }, *laws = NULL;
    long nlaws = 0;
    cursor c = enter(certificate, "the certificate");
    read_claims(has, required(&c, "claims"));
    if (strcmp(string(required(&c, "format"), "format"), "conslaw-cert") != 0)
        fail("the certificate has another format");
    const json *constants = optional(&c, "frozen");
    int at_point = has[INDEPENDENT] || has[RANK];
    const json *instances = section(&c, "instances", has[RANK] || has[INVOLUTIVE]);
    const json *invariant = section(&c, "invariant", has[INVARIANT]);
    const json *involutive = section(&c, "involutive", has[INVOLUTIVE]);
    const json *jlaws = section(&c, "laws", has[CONSERVED]), *jpoint = section(&c, "point", at_point);
    if (strcmp(string(required(&c, "problem"), "problem"), digest) != 0)
        fail("the certificate is for another problem");
    const json *refuted = section(&c, "refuted", has[REFUTED]), *split = section(&c, "split", at_point);
    const json *units = section(&c, "units", has[UNITS]);
    if (number(required(&c, "version"), "version", 1000) != 2)
        fail("the certificate has another version");
    const json *words = instances != NULL ? optional(&c, "words") : NULL;
    leave(&c);
    tape_start();
    units_only = has[UNITS];
    if (units_only) {
        forms_start();
        units_open(units);
    }
    read_problem(problem);
    if ((constants != NULL) != ((at_point || has[REFUTED]) && M.frozen + M.symbolic > 0))
        fail("\"frozen\" is present exactly when constants of the model need values");
    if (constants != NULL)
        read_frozen(constants);
    begin_theorem();
    long before = theorem_size;
    if (has[UNITS])
        units_close();
    if (has[UNITS] && at_point) { /* now its scalars */
        units_only = 0;
        nlaws = units_count;
        tape_start();
        read_problem(problem);
    }
    if (has[CONSERVED])
        nlaws = claim_conserved(jlaws, &laws);
    if (jpoint != NULL)
        read_point(jpoint);
    if (instances != NULL)
        read_members(instances, words);
    if (at_point)
        claim_split(split, laws, nlaws, has[INDEPENDENT], has[RANK], has[COMPLETE]);
    for (int i = INVARIANT; i <= INVOLUTIVE; i++) {
        if (!has[i])
            continue;
        say("%s", theorem_size > before ? ".\n  " : "");
        if (i == INVARIANT)
            claim_invariant(invariant);
        else if (i == REFUTED)
            claim_refuted(refuted);
        else
            claim_involutive(involutive);
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
    symbolic_forget();
    if (setjmp(failure_jump) != 0) {
        snprintf(reason, room, "%s", failure_reason);
        free_everything();
        return NULL;
    }
    sha256(digest, (const unsigned char *) problem, problem_size);
    const json *p = json_parse(problem, problem_size, "the problem");
    check_claims(p, digest, json_parse(certificate, certificate_size, "the certificate"));
    wrap(theorem);
    return theorem;
}
