/* check.h - lieorbit-check: what its files share.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The checker reads a problem and a certificate (manual, chapter "Certificate format") and says VERIFIED or
 * NOT VERIFIED. It shares nothing with the library: GMP and libc only. On any doubt it leaves through fail().
 *
 *   main.c check.c              options and limits; which claims there are and what each needs
 *   ground.c sha256.c json.c    memory, numbers for equal things, the syntax of the files
 *   language.h, the files it names, and tape.c   from the model to a tape, a graph of scalars
 *   calculus.c family.c         derivatives and substitutions on the tape; fields, members and brackets on it
 *   poly.c normal.c values.c    whether a node of the tape is identically zero; values at the point modulo N
 *   identities.c split.c units.c   the claims
 */
#ifndef CHECK_H
#define CHECK_H

#include <gmp.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>

/* Limits; one that is met is a rejection. */
enum {
    MAX_DEPTH = 200,          /* brackets of the model language */
    MAX_TOKENS = 4000000,
    MAX_DIGITS = 1000,        /* of a number in a model or a law */
    MAX_STRING = 100000,      /* of a number in a certificate */
    MAX_EXPONENT = 1000,
    MAX_ENTRIES = 1 << 26,    /* of one tensor */
    MAX_COORDINATES = 200000, /* except for the claim `units` */
    MAX_NODES = 1 << 26,
    MAX_ORDER = 64,
    MAX_WORD_DEPTH = 64
};

/* --- ground.c: every block is known, so that one call frees all --- */
extern jmp_buf failure_jump;
extern char failure_reason[400];
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
#define need(good, ...) ((good) ? (void) 0 : fail(__VA_ARGS__))
void *take(size_t count, size_t size); /* zeroed */
void *grow(void *block, size_t count, size_t size);
void give(void *block);
void free_everything(void);
extern size_t memory_limit;
void ground_start(void);
/* Room for one more element in an array that doubles. */
#define ROOM(array, count, capacity)                                             \
    do {                                                                         \
        if ((count) >= (capacity)) {                                             \
            (capacity) = (capacity) < 16 ? 16 : 2 * (capacity);                  \
            (array) = grow((array), (size_t) (capacity), sizeof(*(array)));      \
        }                                                                        \
    } while (0)

/* Equal sequences of integers get one number n = 0, 1, 2, ...; item[n] is the sequence, item[n][-1] its length. */
typedef struct { long count, room, slots, left; int **item, *slot, *chunk; } table;
int number_of(table *t, const int *key, long length);
int rational_number(mpq_t q); /* likewise; q is cleared */
extern mpq_t *rational; /* by number */
int ratio(long numerator, unsigned long denominator);
int rational_result(void (*operation)(mpq_ptr, mpq_srcptr, mpq_srcptr), int a, int b);
uint64_t mix(uint64_t z); /* splitmix64 */

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

/* --- tape.c: scalar values; the same operation on the same operands is the same node --- */
enum { N_CONST, N_VAR, N_ADD, N_MUL, N_INV, N_FUNC, N_GATE };
/* V_COVECTOR: weight of an output; V_DIRECTION: of an input; V_SLOPE: erf'(0), a number. V_NAME, V_FREE_GATE:
 * see tangent.c. */
enum { V_COORD, V_INPUT, V_FROZEN, V_SYMBOLIC, V_COVECTOR, V_DIRECTION, V_SLOPE, V_NAME, V_FREE_GATE, V_KINDS };
/* The numbers are those of the format (fingerprints of function values). Phi is the normal distribution, its
 * derivative the density; no model names them. */
enum {
    F_NONE, F_EXP, F_LOG, F_SIN, F_COS, F_TANH, F_SIGMOID, F_SOFTPLUS, F_GELU, F_SILU, F_ERF, F_SQRT,
    F_GENERIC, F_ODD, F_EVEN, F_GENERIC0, F_RELU, F_LEAKY, F_COUNT, F_PHI = F_COUNT, F_DENSITY
};
extern const char *const function_names[];
/* CONST: rational number a; VAR: kind f, number a; FUNC: f of a, its derivative of order d (arbitrary
 * functions); b, if not 0, the same in other functions; GATE of a relu: f = 1, of a leaky_relu: f = 2,
 * pre-activation a; GATE of a max-pool: f = 0, entry b of window a. */
typedef struct { int op, f, a, b, d; } node;
extern table T, gated_windows;
void tape_start(void);
const node *node_at(int id);
mpq_srcptr known(int id); /* the value of a constant, or NULL */
int constant(int q);
int constant_si(long n);
int variable(int kind, long index);
int add(int a, int b);
int multiply(int a, int b);
int negate(int a);
int inverse(int a);
int power(int a, long exponent);
int function(int f, int a);
int derived_function(int f, int order, int a);
int gate(const int *entries, int count, int entry);
int unit_gate(int f, int a); /* f: F_RELU or F_LEAKY */
int sum(int *terms, long count); /* overwrites terms */
const int *parts_of(const node *x, long *count); /* what it is made of */
/* Nodes that the roots need; arguments come first. */
long reachable(const int **list, const int *roots, long count); /* which the next call overwrites */

/* --- calculus.c --- */
unsigned functions_in(const int *roots, long count); /* bit F_...: it occurs */
int parity(int f, int order);                        /* 1 even, -1 odd, of a derivative */
int value_at_zero(int f, int order);                 /* a rational by number, or -1 */
int rational_square_root(mpq_srcptr a);              /* the positive one, likewise */
void gradient(int *by_coordinate, int root);
int slope(int id, long k); /* the derivative of a node by its part k */
/* Nodes in the place of variables (NULL: kept); and what becomes of gates. */
typedef struct {
    const int *image[V_KINDS];
    enum { GATES_REBUILT, GATES_SEEDED, GATES_TRUE } gates; /* rebuilt: of new pre-activations */
    uint64_t seed;
} assignment;
void tangents(int *out, const int *roots, long count, int kind, const int *direction); /* of the variables of a kind */
void substitute(int *out, const int *roots, long count, const assignment *at);

/* --- poly.c: polynomials with rational coefficients, by number; 0 is the number of zero --- */
enum { CONSTANT = -1 };
typedef struct { int main, high, low, depth, terms; } polynomial; /* a constant: main CONSTANT, high a rational */
void poly_start(void);
const polynomial *poly(int p);
int p_constant(int q); /* a rational by number */
int p_variable(int x);
int p_add(int a, int b);
int p_multiply(int a, int b);
int p_scale(int q, int p);
int p_leading(int p); /* the coefficient of the first term, a rational by number */

/* --- normal.c --- */
void normal_start(void);
void must_be_defined(int id);            /* no divisor in it is identically zero */
int is_zero(int id, int gates_by_value); /* wherever it is defined; 0: not shown */
int is_short_zero(int id, int most);     /* the same within so many terms; -1: it gets longer */
int multiple_of(int id, int of);         /* q with id = q of, a rational by number; -1: not shown */

/* --- tangent.c --- */
int moves_no_output(const int *direction); /* 0: not shown */

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
int *vector(long size); /* of nodes, zero */
extern long covector_size;
int *unit_covector(long i);
void family_start(void);
extern int *family; /* the one field */
int *direction_of(int h); /* the gradient of a law, times the metric, by parameter */
int derivative_along(int h); /* of h along the family */
void bracket(int *out, const int *x, const int *y);
int *constants(const json *j, long count); /* a list of rationals, as nodes; of NULL: NULL */
void place_at_point(assignment *at, const int *x); /* and the frozen values; NULL: the point of the certificate */
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
/* The whole check: the theorem, which free_everything() takes back, or NULL with failure_reason. */
char *check(char *problem, size_t problem_size, char *certificate_text, size_t certificate_size);

#endif
