/* check.c - the whole check: which claims there are, and what each needs.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/language.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* json.c says how to read them. */
static const char problem_format[] = "{format:s,model:[s],relu:s,title:s,version:n}";
static const char certificate_format[] =
    "{claims:[s],format:s,frozen?:[q],growth?:[n],"
    "instances?:[{covector?:[q],direction?:[q],drift?:n,field?:n,gates?:u,inputs?:[q],order?:n}],"
    "invariant?:[{G:[[q]],H:[[q]],basis:[[q]],d:q,equations:[[q]]}],"
    "involutive?:{basis:[n],coefficients:[(nn[s])],q:s},laws?:[{expression:s,proof:s}],point?:[q],problem:s,"
    "refuted?:{expression:s,inputs:[q],output:n,point:[q]},"
    "split?:{A?:[[u]],C?:[[u]],chosen?:[n],mod:u,root?:(qu)},symmetry?:[[(sn)]],"
    "units?:{count:n,pivots:[(n[n])],tensors:[{axes?:[[(n?nnq)]],layers?:[[[(n?nnq)]]],name:s}]},"
    "version:n,words?:[(nn)]}";
static const char *const claim_names[] = { "conserved", "independent", "rank",       "complete", "units",
                                           "invariant", "refuted",     "involutive", "growth",   "symmetry" };
enum { NCLAIMS = sizeof(claim_names) / sizeof(claim_names[0]) };
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
static unsigned read_claims(const json *claims)
{
    unsigned has = 0;
    size_t next = 0;
    for (const json *j = claims->first; j != NULL; j = j->next) {
        while (next < NCLAIMS && strcmp(claim_names[next], j->text) != 0)
            next++;
        need(next != NCLAIMS, "claims: \"%.40s\" is unknown, or out of order", j->text);
        has |= 1u << next++;
    }
    need(has != 0, "claims: the list is empty");
    need(!(has & INDEPENDENT) || (has & (CONSERVED | UNITS)),
         "claims: independent without conserved or units");
    need(!(has & COMPLETE) || ((has & INDEPENDENT) && (has & RANK)),
         "claims: complete without independent and rank");
    need(!(has & GROWTH) || (has & RANK), "claims: growth without rank");
    need(!(has & UNITS) || !(has & (CONSERVED | INVARIANT | REFUTED | INVOLUTIVE | SYMMETRY)),
         "claims: units stand alone, or with independent, rank, complete and growth");
    return has;
}

static void check_head(const json *j, const char *expected, const char *what)
{
    need(strcmp(in(j, "format")->text, expected) == 0, "%s has another format", what);
    need(in(j, "version")->number == 2, "%s has another version", what);
}

static void read_problem(const json *j)
{
    const char *relu = in(j, "relu")->text;
    check_head(j, "conslaw-problem", "the problem");
    read_model(in(j, "model"), in(j, "title")->text);
    need(strcmp(relu, "path-lifting") == 0 || strcmp(relu, "none") == 0,
         "relu: \"path-lifting\" or \"none\" is expected");
    need(units_only || (strcmp(relu, "none") == 0) != M.gated,
         "relu: \"none\" is for models without gated units, and \"path-lifting\" for the others");
}

/* A section is there when a claim needs it, and only then. */
static const json *section(const json *certificate, const char *key, unsigned needed)
{
    const json *j = in(certificate, key);
    need(!needed || j != NULL, "the section \"%s\" is missing", key);
    need(needed || j == NULL, "the section \"%s\" serves no claim", key);
    return j;
}

/* The model is read once; but with the claim `units` and values at a point twice, for its units and its
 * scalars. */
static void check_claims(const json *problem, const char *digest, const json *j)
{
    unsigned has = read_claims(in(j, "claims")), at_point = has & (INDEPENDENT | RANK),
             entries = has & (RANK | INVOLUTIVE);
    const json *growth = section(j, "growth", has & GROWTH), *instances = section(j, "instances", entries),
               *invariant = section(j, "invariant", has & INVARIANT),
               *involutive = section(j, "involutive", has & INVOLUTIVE),
               *laws = section(j, "laws", has & CONSERVED), *point = section(j, "point", at_point),
               *refuted = section(j, "refuted", has & REFUTED), *split = section(j, "split", at_point),
               *symmetry = section(j, "symmetry", has & SYMMETRY), *units = section(j, "units", has & UNITS),
               *words = in(j, "words");
    need(words == NULL || entries, "the section \"words\" serves no claim");
    check_head(j, "conslaw-cert", "the certificate");
    need(strcmp(in(j, "problem")->text, digest) == 0, "the certificate is for another problem");
    units_only = units != NULL;
    if (units != NULL)
        units_open(units);
    read_problem(problem);
    const json *frozen = section(j, "frozen", (at_point || refuted != NULL) && M.frozen + M.symbolic > 0);
    say("%s (%ld %s%s%s):\n", M.title[0] != '\0' ? M.title : "the model", M.p,
        M.kind == M_RAW ? "coordinate" : "parameter", M.p == 1 ? "" : "s",
        M.momentum ? ", with time and velocities" : "");
    if (units != NULL)
        units_close();
    if (units != NULL && !at_point)
        return;
    units_only = 0;
    if (units != NULL)
        read_problem(problem);
    family_start();
    read_point(point, frozen);
    int *nodes = laws != NULL ? claim_conserved(laws) : units != NULL ? units_laws() : NULL;
    if (entries)
        read_entries(instances, words);
    if (at_point)
        claim_split(split, nodes, laws != NULL ? laws->number : units_count, has);
    if (growth != NULL)
        claim_growth(growth, in(split, "chosen"));
    if (invariant != NULL)
        claim_invariant(invariant);
    if (refuted != NULL)
        claim_refuted(refuted);
    if (involutive != NULL)
        claim_involutive(involutive);
    if (symmetry != NULL)
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
    normal_start();
    sha256(digest, (const unsigned char *) problem, problem_size);
    const json *p = json_parse(problem, problem_size, "the problem", problem_format);
    check_claims(p, digest, json_parse(certificate, certificate_size, "the certificate", certificate_format));
    return theorem;
}
