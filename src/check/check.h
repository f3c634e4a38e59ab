/* check.h - lieorbit-check: what its files share.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The checker reads a problem and a certificate (manual, chapter "Certificate format") and says VERIFIED or
 * NOT VERIFIED. It shares nothing with the library: GMP and libc only. On any doubt it leaves through fail().
 *
 *   language/              reads models, from a text to a graph of scalars, the tape; needs nothing from here
 *   main.c check.c         options and limits; which claims there are and what each needs
 *   sha256.c json.c        the syntax of the files
 *   calculus.c family.c    derivatives and substitutions on the tape; fields, members and brackets on it
 *   normal.c values.c      whether a node of the tape is identically zero; values at the point modulo N
 *   identities.c tangent.c split.c units.c   the claims
 */
#ifndef CHECK_H
#define CHECK_H

#include "check/language/language.h"

enum { MAX_ORDER = 64, MAX_WORD_DEPTH = 64 }; /* a limit that is met is a rejection */

/* --- sha256.c --- */
void sha256(char hex[65], const unsigned char *data, size_t size);

/* --- json.c --- */
typedef struct json {
    const char *key;  /* of the member of an object that it is, or is in */
    const char *text; /* of a string */
    long number;      /* an integer; a rational by number; of a list, an object: how many members */
    struct json *first, *next;
} json;
json *json_parse(char *text, size_t size, const char *what, const char *format);
const json *in(const json *object, const char *key);               /* or NULL */
const json *part(const json *object, const char *key, int needed); /* likewise; there if and only if needed */
const json *list(const json *j, long count);                       /* its first element */
long number(const json *j, long limit);                            /* 0 .. limit-1 */

/* --- calculus.c --- */
void gradient(int *by_coordinate, int root);
int slope(int id, long k); /* the derivative of a node by its part k */
/* Nodes in the place of variables (NULL: kept); and what becomes of gates. */
typedef struct {
    const int *image[V_KINDS];
    enum { GATES_REBUILT, GATES_SEEDED, GATES_TRUE } gates; /* rebuilt: of new pre-activations */
    uint64_t seed;
} assignment;
void tangents(int *out, const int *roots, long count, int kind, const int *direction); /* of variables of a kind */
void substitute(int *out, const int *roots, long count, const assignment *at);

/* --- normal.c --- */
void normal_start(void);
int is_zero(int id, int gates_by_value); /* wherever it is defined; 0: not shown */
int is_short_zero(int id, int most);     /* the same within so many terms; -1: it gets longer */
#define must_be_defined(id) ((void) is_short_zero(id, 0)) /* no divisor in it is identically zero */
int multiple_of(int id, int of, int most); /* q with id = q of, a rational by number; -1: not shown */

/* --- tangent.c --- */
int moves_no_output(int h); /* the gradient of h; 0: not shown */

/* --- values.c: at the point, modulo N --- */
extern uint64_t N;
void fingerprints(void);
long gate_value(uint64_t seed, int gate_node);
void read_roots(const json *split); /* NULL: values of laws come, with logarithms of powers of 2 */
void values_at(uint64_t *out, const int *field, int outputs, const assignment *at);

/* --- family.c: fields as nodes, one for each coordinate; instances and words --- */
typedef struct field_entry {
    struct field_entry *left, *right; /* of a bracket */
    long leaves, depth, order;  /* order > 0: of Taylor coefficients */
    int member;                 /* 0: a bracket, or the drift */
    assignment at; /* of a member */
    int *nodes;    /* expanded, where that was asked for */
} field_entry;
extern long covector_size;
int *unit_covector(long i);
void family_start(void);
extern int *family; /* the one field */
int *direction_of(int h); /* the gradient of a law, times the metric, by parameter */
int derivative_along(int h); /* of h along the family */
void bracket(int *out, const int *x, const int *y);
int *constants(const json *j, long count); /* a list of rationals, as nodes; of NULL: NULL */
void place_at_point(assignment *at, const int *x); /* and frozen values; NULL: the point of the certificate */
void read_entries(const json *instances); /* and words */
field_entry *entry_at(const json *j);
const int *entry_nodes(field_entry *e);              /* expanded on the tape */
void entry_value(uint64_t *out, field_entry *e); /* at the point, modulo N */

/* --- the claims; each prints its part of the theorem --- */
enum {
    CONSERVED = 1, INDEPENDENT = 2, RANK = 4, COMPLETE = 8, UNITS = 16, INVARIANT = 32, REFUTED = 64,
    INVOLUTIVE = 128, GROWTH = 256, SYMMETRY = 512
};
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
extern unsigned claims;
extern const json *certificate;
extern int *laws; /* of the claims conserved or units, as nodes */
extern long nlaws;
void claim_conserved(const json *section);
void claim_refuted(const json *refuted);
void claim_invariant(const json *invariant);
void claim_involutive(const json *involutive);
void claim_symmetry(const json *symmetry);
void claim_split(const json *split);
void claim_growth(const json *growth);
void units_open(const json *units); /* before the model is read with units */
void claim_units(const json *units);
/* The whole check: the theorem, which free_everything() takes back, or NULL with failure_reason. */
char *check(char *problem, size_t problem_size, char *certificate_text, size_t certificate_size);

#endif
