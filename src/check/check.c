/* check.c - the whole check: which claims there are, and what each needs.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/language.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *const claim_names[NCLAIMS] = { "conserved", "independent", "rank",    "complete",
                                                  "units",     "invariant",   "refuted", "involutive",
                                                  "growth",    "symmetry" };
static char theorem[1 << 16];

void say(const char *format, ...)
{
    va_list arguments;
    size_t n = strlen(theorem), room = sizeof(theorem) - n;
    va_start(arguments, format);
    int written = vsnprintf(theorem + n, room, format, arguments);
    va_end(arguments);
    need(written >= 0 && (size_t) written < room, "the theorem is too long");
}

/* Distinct names, in the order above. */
static void read_claims(int *has, const json *j)
{
    int next = 0;
    for (const json *e = list(j, "claims", -1); e != NULL; e = e->next) {
        while (next < NCLAIMS && strcmp(claim_names[next], string(e, "claims")) != 0)
            next++;
        need(next != NCLAIMS, "claims: \"%.40s\" is unknown, or out of order", e->text);
        has[next++] = 1;
    }
    need(next != 0, "claims: the list is empty");
    need(!has[INDEPENDENT] || has[CONSERVED] || has[UNITS], "claims: independent without conserved or units");
    need(!has[COMPLETE] || (has[INDEPENDENT] && has[RANK]), "claims: complete without independent and rank");
    need(!has[GROWTH] || has[RANK], "claims: growth without rank");
    need(!has[UNITS] ||
             (!has[CONSERVED] && !has[INVARIANT] && !has[REFUTED] && !has[INVOLUTIVE] && !has[SYMMETRY]),
         "claims: units stand alone, or with independent, rank, complete and growth");
}

static void check_head(const json *format, const char *expected, const json *version, const char *what)
{
    need(strcmp(string(format, "format"), expected) == 0, "%s has another format", what);
    need(number(version, "version", 1000) == 2, "%s has another version", what);
}

static void read_problem(const json *j)
{
    const json *format, *lines, *relu, *title, *version;
    unpack(j, "the problem", "format model relu title version", &format, &lines, &relu, &title, &version);
    check_head(format, "conslaw-problem", version, "the problem");
    read_model(lines, string(title, "title"));
    const char *word = string(relu, "relu");
    need(strcmp(word, "path-lifting") == 0 || strcmp(word, "none") == 0,
         "relu: \"path-lifting\" or \"none\" is expected");
    need(units_only || (strcmp(word, "none") == 0) != M.gated,
         "relu: \"none\" is for models without gated units, and \"path-lifting\" for the others");
}

/* A section is there when a claim needs it, and only then. */
static void check_section(const json *section, const char *key, int needed)
{
    need(!needed || section != NULL, "the section \"%s\" is missing", key);
    need(needed || section == NULL, "the section \"%s\" serves no claim", key);
}

/* The model is read once; but with the claim `units` and values at a point twice, for its units and its
 * scalars. */
static void check_claims(const json *problem, const char *digest, const json *certificate)
{
    int has[NCLAIMS] = { 0 }, *laws = NULL;
    const json *claims, *format, *frozen, *growth, *instances, *invariant, *involutive, *conserved, *point,
        *hash, *refuted, *split, *symmetry, *units, *version, *words;
    unpack(certificate, "the certificate",
           "claims format frozen? growth? instances? invariant? involutive? laws? point? problem "
           "refuted? split? symmetry? units? version words?",
           &claims, &format, &frozen, &growth, &instances, &invariant, &involutive, &conserved, &point, &hash,
           &refuted, &split, &symmetry, &units, &version, &words);
    read_claims(has, claims);
    check_head(format, "conslaw-cert", version, "the certificate");
    need(strcmp(string(hash, "problem"), digest) == 0, "the certificate is for another problem");
    int at_point = has[INDEPENDENT] || has[RANK], entries = has[RANK] || has[INVOLUTIVE];
    check_section(growth, "growth", has[GROWTH]);
    check_section(instances, "instances", entries);
    check_section(invariant, "invariant", has[INVARIANT]);
    check_section(involutive, "involutive", has[INVOLUTIVE]);
    check_section(conserved, "laws", has[CONSERVED]);
    check_section(point, "point", at_point);
    check_section(refuted, "refuted", has[REFUTED]);
    check_section(split, "split", at_point);
    check_section(symmetry, "symmetry", has[SYMMETRY]);
    check_section(units, "units", has[UNITS]);
    check_section(words, "words", entries && words != NULL);
    units_only = has[UNITS];
    if (has[UNITS])
        units_open(units);
    read_problem(problem);
    check_section(frozen, "frozen", (at_point || has[REFUTED]) && M.frozen + M.symbolic > 0);
    say("%s (%ld %s%s%s):\n", M.title[0] != '\0' ? M.title : "the model", M.p,
        M.kind == M_RAW ? "coordinate" : "parameter", M.p == 1 ? "" : "s",
        M.momentum ? ", with time and velocities" : "");
    if (has[UNITS])
        units_close();
    if (has[UNITS] && !at_point)
        return;
    units_only = 0;
    if (has[UNITS])
        read_problem(problem);
    family_start();
    normal_start();
    read_values(point, frozen);
    if (has[CONSERVED])
        laws = claim_conserved(conserved);
    if (entries)
        read_members(instances, words);
    if (at_point)
        claim_split(split, laws, laws != NULL ? conserved->number : units_count, has);
    if (has[GROWTH])
        claim_growth(growth, split);
    if (has[INVARIANT])
        claim_invariant(invariant);
    if (has[REFUTED])
        claim_refuted(refuted);
    if (has[INVOLUTIVE])
        claim_involutive(involutive);
    if (has[SYMMETRY])
        claim_symmetry(symmetry);
}

char *check(char *problem, size_t problem_size, char *certificate, size_t certificate_size, char *reason,
            size_t room)
{
    char digest[65];
    theorem[0] = '\0';
    if (setjmp(failure_jump) != 0) {
        snprintf(reason, room, "%s", failure_reason);
        free_everything();
        return NULL;
    }
    ground_start();
    tape_start();
    poly_start();
    sha256(digest, (const unsigned char *) problem, problem_size);
    const json *p = json_parse(problem, problem_size, "the problem");
    check_claims(p, digest, json_parse(certificate, certificate_size, "the certificate"));
    return theorem;
}
