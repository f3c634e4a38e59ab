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
 *   calculus.c family.c         derivatives and substitutions on the tape; the fields of the family on it
 *   poly.c normal.c             the normal form: whether a node of the tape is identically zero
 *   members.c values.c          members of the family and their brackets; values at the point modulo N
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
    MAX_JSON_DEPTH = 16,
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
void need(int good, const char *format, ...) __attribute__((format(printf, 2, 3))); /* or fail */
void *take(size_t count, size_t size); /* zeroed */
void *grow(void *block, size_t count, size_t size);
void give(void *block);
void free_everything(void);
void limit_memory(size_t bytes);
void ground_start(void);
/* Room for one more element in an array that doubles. */
#define ROOM(array, count, capacity)                                             \
    do {                                                                         \
        if ((count) >= (capacity)) {                                             \
            (capacity) = (capacity) < 16 ? 16 : 2 * (capacity);                  \
            (array) = grow((array), (size_t) (capacity), sizeof(*(array)));      \
        }                                                                        \
    } while (0)

/* Equal sequences of integers get one number, 0, 1, 2, ...; and so do equal rationals. */
typedef struct { long count, room, slots, left; int **item, *slot, *chunk; } table;
int number_of(table *t, const int *key, long length);
const int *item(const table *t, int number, long *length);
int rational_number(mpq_srcptr q);
mpq_srcptr rational_at(int number);
int ratio(long numerator, unsigned long denominator);
int rational_result(void (*operation)(mpq_ptr, mpq_srcptr, mpq_srcptr), int a, int b);
uint64_t mix(uint64_t z); /* splitmix64 */

/* --- sha256.c --- */
void sha256(char hex[65], const unsigned char *data, size_t size);

/* --- json.c --- */
typedef struct json {
    char kind;        /* '{' object, '[' list, '"' string, '0' integer */
    const char *key;  /* in an object */
    const char *text; /* of a string */
    long number;      /* of an integer; of a list, an object: how many members */
    struct json *first, *next;
} json;
json *json_parse(char *text, size_t size, const char *what);
/* The members named in keys, to const json pointers; one followed by ? may be missing (NULL), no others be
 * there. */
void unpack(const json *object, const char *what, const char *keys, ...);
const json *list(const json *j, const char *what, long count); /* count -1: any */
long number(const json *j, const char *what, long limit);      /* 0 .. limit-1 */
const char *string(const json *j, const char *what);
int rational(const json *j, const char *what); /* by number */
uint64_t decimal(const json *j, const char *what, uint64_t limit); /* a string, 0 .. limit-1 */

/* --- tape.c: scalar values; the same operation on the same operands is the same node --- */
enum { N_CONST, N_VAR, N_ADD, N_MUL, N_INV, N_FUNC, N_GATE };
/* V_COVECTOR: weight of an output; V_DIRECTION: of an input; V_SLOPE: erf'(0), a number. */
enum {
    V_COORD, V_INPUT, V_FROZEN, V_SYMBOLIC, V_TIME, V_VELOCITY, V_COVECTOR, V_DIRECTION, V_SLOPE, V_KINDS
};
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
int constant(int rational);
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
long reachable(int **list, const int *roots, long count);

/* --- calculus.c --- */
int is_odd(int f, int order), is_even(int f, int order);
int value_at_zero(int f, int order);    /* a rational by number, or -1 */
int rational_square_root(mpq_srcptr a); /* the positive one, likewise */
void gradient(int *by_coordinate, int root);
/* Nodes in the place of variables (NULL: kept); and what becomes of gates. */
typedef struct {
    const int *image[V_KINDS];
    enum { GATES_KEPT, GATES_REBUILT, GATES_SEEDED, GATES_TRUE } gates; /* rebuilt: of new pre-activations */
    uint64_t seed;
} assignment;
void tangents(int *out, const int *roots, long count, const assignment *direction); /* NULL there: 0 */
void substitute(int *out, const int *roots, long count, const assignment *at);

/* --- poly.c: polynomials with rational coefficients, by number; 0 is the number of zero --- */
void poly_start(void);
int p_constant(int rational);
int p_power(int var, int exp);
int p_add(int a, int b);
int p_multiply(int a, int b);
int p_scale(int rational, int p);
long p_size(int p);         /* how many terms */
int p_main(int p);          /* its greatest variable, or -1 */
int p_leading(int p);       /* the coefficient of the first term, a rational by number; p is not zero */
/* In its greatest variable var: the coefficient of the highest power up to exp, which becomes it, or -1. */
int p_coefficient(int p, int var, int *exp);

/* --- normal.c --- */
void normal_start(void);
void must_be_defined(int id);            /* no divisor in it is identically zero */
int is_zero(int id, int gates_by_value); /* wherever it is defined; 0: not shown */

/* --- values.c: at the point, modulo N --- */
extern uint64_t N;
uint64_t mul_mod(uint64_t a, uint64_t b);
uint64_t add_mod(uint64_t a, uint64_t b);
uint64_t rational_mod(mpq_srcptr q);
void fingerprints(void);
long gate_value(uint64_t seed, int gate_node);
void read_root(const json *j);
void values_at(uint64_t *out, const int *roots, long count, const int *others, long nothers,
               const assignment *at);

/* --- family.c: fields as nodes, one for each coordinate --- */
void family_start(void);
assignment by_coordinate(const int *x); /* x in the place of the coordinates */
long fields_count(void); /* those of a raw family; or the gradient of sum y_j F_j, and the drift */
const int *field_at(long i);
int derivative_along(int h, long i); /* of h along field i */
void bracket(int *out, const int *x, const int *y);

/* --- members.c: instances and words --- */
int *constants(const json *j, const char *what, long count); /* a list of rationals, as nodes */
void read_values(const json *jpoint, const json *jfrozen);
assignment at_point(const json *other); /* the point, or another one, and the frozen values */
void read_members(const json *instances, const json *words);
typedef struct {
    long field, i, j, leaves, depth, order; /* i < 0: a member; order > 0: of Taylor coefficients */
    assignment at;
    int *nodes; /* expanded, where that was asked for */
} field_entry;
long entries_count(void);
const field_entry *entry_at(long e);
const int *entry_nodes(long entry);          /* expanded on the tape */
void entry_value(uint64_t *out, long entry); /* at the point, modulo N */

/* --- the claims; each prints its part of the theorem --- */
enum {
    CONSERVED, INDEPENDENT, RANK, COMPLETE, UNITS, INVARIANT, REFUTED, INVOLUTIVE, GROWTH, SYMMETRY, NCLAIMS
};
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int *claim_conserved(const json *laws);
void claim_refuted(const json *refuted);
void claim_invariant(const json *invariant);
void claim_involutive(const json *involutive);
void claim_symmetry(const json *symmetry);
void claim_split(const json *split, const int *laws, long nlaws, const int *has);
void claim_growth(const json *growth, const json *split);
/* The whole check: the theorem, which free_everything() takes back, or NULL with the reason. */
char *check(char *problem, size_t problem_size, char *certificate, size_t certificate_size, char *reason,
            size_t room);

#endif
