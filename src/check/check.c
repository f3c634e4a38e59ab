/* check.c - the whole check: which claims there are, and what each needs.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "check/check.h"

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
    "split?:{A?:[[u]],C?:[[u]],chosen?:[n],mod:u,root?:(qu),roots?:[(qu)]},symmetry?:[[(sn)]],"
    "units?:{count:n,pivots:[(n[n])],tensors:[{axes?:[[(n?nnq)]],layers?:[[[(n?nnq)]]],name:s}]},"
    "version:n,words?:[(nn)]}";
static const char *const claim_names[] = { "conserved", "independent", "rank",       "complete", "units",
                                           "invariant", "refuted",     "involutive", "growth",   "symmetry" };
enum { NCLAIMS = sizeof(claim_names) / sizeof(claim_names[0]), AT_POINT = INDEPENDENT | RANK };
/* What the sections serve; and what reads them, in this order. */
static const struct {
    const char *key;
    unsigned claims;
    void (*check)(const json *section);
} sections[] = { { "units", UNITS, claim_units },
                 { "point", AT_POINT, NULL },
                 { "laws", CONSERVED, claim_conserved },
                 { "instances", RANK | INVOLUTIVE, read_entries },
                 { "split", AT_POINT, claim_split },
                 { "growth", GROWTH, claim_growth },
                 { "invariant", INVARIANT, claim_invariant },
                 { "refuted", REFUTED, claim_refuted },
                 { "involutive", INVOLUTIVE, claim_involutive },
                 { "symmetry", SYMMETRY, claim_symmetry } };
enum { NSECTIONS = sizeof(sections) / sizeof(sections[0]) };
static char theorem[1 << 16];
unsigned claims;
const json *certificate;

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
static void read_claims(const json *j)
{
    size_t next = 0;
    for (claims = 0; j != NULL; j = j->next) {
        while (next < NCLAIMS && strcmp(claim_names[next], j->text) != 0)
            next++;
        need(next != NCLAIMS, "claims: \"%.40s\" is unknown, or out of order", j->text);
        claims |= 1u << next++;
    }
    need(claims != 0, "claims: the list is empty");
    need(!(claims & INDEPENDENT) || (claims & (CONSERVED | UNITS)),
         "claims: independent without conserved or units");
    need(!(claims & COMPLETE) || (claims & INDEPENDENT && claims & RANK), "claims: complete without what it needs");
    need(!(claims & GROWTH) || (claims & RANK), "claims: growth without rank");
    need(!(claims & UNITS) || !(claims & (CONSERVED | INVARIANT | REFUTED | INVOLUTIVE | SYMMETRY)),
         "claims: units stand alone, or with independent, rank, complete and growth");
}

static void check_head(const json *j, const char *format)
{
    need(strcmp(in(j, "format")->text, format) == 0, "%s: another format", format);
    need(in(j, "version")->number == 2, "%s: another version", format);
}

static void read_problem(const json *problem)
{
    const json *text = in(problem, "model");
    const char **lines = take((size_t) text->number + 1, sizeof(*lines)), **to = lines;
    for (const json *j = text->first; j != NULL; j = j->next)
        *to++ = j->text;
    read_model(lines, text->number, in(problem, "title")->text, in(problem, "relu")->text);
    theorem[0] = '\0';
    say("%s (%ld %s%s%s):\n", M.title[0] != '\0' ? M.title : "the model", M.p,
        M.kind == M_RAW ? "coordinate" : "parameter", M.p == 1 ? "" : "s",
        M.momentum ? ", with time and velocities" : "");
    part(certificate, "frozen", (claims & (AT_POINT | REFUTED)) && M.frozen + M.symbolic > 0);
}

/* The model is read once for its scalars; with the claim `units` for its units; or for both. */
static void check_claims(const json *problem)
{
    read_claims(in(certificate, "claims")->first);
    for (int i = 0; i < NSECTIONS; i++)
        part(certificate, sections[i].key, (claims & sections[i].claims) != 0);
    part(certificate, "words", in(certificate, "words") != NULL && in(certificate, "instances") != NULL);
    units_only = (claims & UNITS) != 0;
    if (units_only)
        units_open(in(certificate, "units"));
    read_problem(problem);
    if (units_only && (claims & AT_POINT)) {
        units_only = 0;
        read_problem(problem);
    }
    if (!units_only)
        family_start();
    for (int i = 0; i < NSECTIONS; i++) {
        const json *section = in(certificate, sections[i].key);
        if (section != NULL && sections[i].check != NULL)
            sections[i].check(section);
    }
}

char *check(char *problem, size_t problem_size, char *text, size_t size)
{
    char digest[65];
    if (setjmp(failure_jump) != 0) {
        free_everything();
        return NULL;
    }
    theorem[0] = '\0';
    language_start();
    normal_start();
    sha256(digest, (const unsigned char *) problem, problem_size);
    const json *p = json_parse(problem, problem_size, "the problem", problem_format);
    check_head(p, "conslaw-problem");
    certificate = json_parse(text, size, "the certificate", certificate_format);
    check_head(certificate, "conslaw-cert");
    need(strcmp(in(certificate, "problem")->text, digest) == 0, "the certificate is for another problem");
    check_claims(p);
    return theorem;
}
