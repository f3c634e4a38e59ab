/* check.h - lieorbit-check: what its files share.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The checker reads a problem and a certificate (manual, chapter "Certificate format") and says VERIFIED or
 * NOT VERIFIED. It shares nothing with the library: GMP and libc only. On any doubt it leaves through fail().
 *
 *   main.c check.c                 options and limits; which claims there are and what each needs
 *   memory.c table.c sha256.c json.c   the ground
 *   tape.c language.h, and the files it names   the model language: a model becomes a tape, a graph of scalars
 *   calculus.c family.c            derivatives and substitutions on the tape; the fields of the family on it
 *   poly.c normal.c                the normal form: whether a node of the tape is identically zero
 *   ring.c members.c               values at the point modulo N; members of the family, and their brackets
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
    MAX_EPSILONS = 10,        /* nesting of dual numbers */
    DEEP_WORD = 7,            /* from here on, brackets outside networks are formed on the tape */
    MAX_ORDER = 64,
    MAX_WORD_DEPTH = 64
};

/* --- memory.c: every block is known, so that one call frees all --- */
extern jmp_buf failure_jump;
extern char failure_reason[400];
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void *take(size_t count, size_t size); /* zeroed */
void *grow(void *block, size_t count, size_t size);
void give(void *block);
void free_everything(void);
void limit_memory(size_t bytes);
void gmp_uses_our_memory(void);
/* Room for one more element in an array that doubles. */
#define ROOM(array, count, capacity)                                             \
    do {                                                                         \
        if ((count) >= (capacity)) {                                             \
            (capacity) = (capacity) < 16 ? 16 : 2 * (capacity);                  \
            (array) = grow((array), (size_t) (capacity), sizeof(*(array)));      \
        }                                                                        \
    } while (0)

/* --- table.c: equal sequences of integers get one number, 0, 1, 2, ...; and so do equal rationals --- */
typedef struct { long count, room, slots, left; int **item, *slot, *chunk; } table;
int number_of(table *t, const int *key, long length);
const int *item(const table *t, int number, long *length);
int rational_number(mpq_srcptr q);
mpq_srcptr rational_at(int number);
void tables_start(void);
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
/* The members named in keys, to const json pointers; one followed by ? may be missing (NULL), no other one be there. */
void unpack(const json *object, const char *what, const char *keys, ...);
const json *list(const json *j, const char *what, long count); /* count -1: any */
long number(const json *j, const char *what, long limit);      /* 0 .. limit-1 */
const char *string(const json *j, const char *what);
void rational(mpq_t out, const json *j, const char *what);
uint64_t decimal(const json *j, const char *what, uint64_t limit); /* a string, 0 .. limit-1 */

/* --- tape.c: scalar values; the same operation on the same operands is the same node --- */
enum { N_CONST, N_VAR, N_ADD, N_MUL, N_INV, N_FUNC, N_GATE };
/* V_COVECTOR: weight of an output; V_SLOPE: erf'(0), a number. */
enum { V_COORD, V_INPUT, V_FROZEN, V_SYMBOLIC, V_TIME, V_VELOCITY, V_COVECTOR, V_SLOPE, V_KINDS };
/* The numbers are those of the format (fingerprints of function values). Phi is the normal distribution, its
 * derivative the density; no model names them. */
enum {
    F_NONE, F_EXP, F_LOG, F_SIN, F_COS, F_TANH, F_SIGMOID, F_SOFTPLUS, F_GELU, F_SILU, F_ERF, F_SQRT,
    F_GENERIC, F_ODD, F_EVEN, F_GENERIC0, F_RELU, F_LEAKY, F_COUNT, F_PHI = F_COUNT, F_DENSITY
};
extern const char *const function_names[];
/* CONST: rational number a; VAR: kind f, number a; FUNC: f of a, its derivative of order d (arbitrary functions);
 * b, if not 0, the same in other functions; GATE of a relu: f = 1, of a leaky_relu: f = 2, pre-activation a; GATE
 * of a max-pool: f = 0, entry b of window a. */
typedef struct { int op, f, a, b, d; } node;
extern table T, gated_windows;
void tape_start(void);
const node *node_at(int id);
mpq_srcptr known(int id); /* the value of a constant, or NULL */
int constant(mpq_srcptr q);
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
/* Nodes that the roots need; arguments come first. */
long reachable(int **list, const int *roots, long count);

/* --- calculus.c --- */
int is_odd(int f, int order), is_even(int f, int order);
int value_at_zero(mpq_t out, int f, int order); /* whether it is a rational */
int operands(int out[2], const node *x); /* what a value depends on where gates are fixed */
void gradient(int *by_coordinate, int root);
void tangents(int *out, const int *roots, long count, const int *direction); /* direction by coordinate */
/* Nodes in the place of variables (NULL: kept); and what becomes of gates. */
typedef struct {
    const int *image[V_KINDS];
    enum { GATES_KEPT, GATES_REBUILT, GATES_SEEDED, GATES_TRUE } gates; /* rebuilt: on the new pre-activations */
    uint64_t seed;
    int strict; /* reciprocals of what is not known are refused */
} assignment;
void substitute(int *out, const int *roots, long count, const assignment *at);

/* --- poly.c: polynomials with rational coefficients, by number; 0 is the number of zero --- */
typedef struct { int monomial, coefficient; } term; /* the coefficient is a rational by number */
typedef struct { int var, exp; } factor;
void poly_start(void);
const term *terms_of(int p, long *count);
const factor *factors_of(int monomial, long *count);
int p_constant(mpq_srcptr q);
int p_variable(int var);
int p_add(int a, int b, long sign);
int p_multiply(int a, int b);
int p_scale(int a, long numerator, unsigned long denominator);
/* Every power e of var becomes the polynomial image[e]. */
int p_replace(int a, int var, const int *image);

/* --- normal.c --- */
void normal_start(void);
void must_be_defined(int id);            /* no divisor in it is identically zero */
int is_zero(int id, int gates_by_value); /* wherever it is defined; 0: not shown */

/* --- ring.c: Z/N, and Z/N[e_1..e_k][T] with e_i^2 = 0, T^(order+1) = 0 --- */
extern uint64_t N;
extern const uint64_t mersenne;
uint64_t mul_mod(uint64_t a, uint64_t b), add_mod(uint64_t a, uint64_t b), inverse_mod(uint64_t a);
uint64_t negate_mod(uint64_t a);
uint64_t rational_mod(mpq_srcptr q);
/* An element has size words, the coefficient of T^t e_S at t << k | S. */
typedef struct { int k, order; long size; } ring;
ring ring_of(int k, int order);
void r_addmul(uint64_t *out, const uint64_t *a, const uint64_t *b, ring R); /* out += a b */
void r_inverse(uint64_t *out, const uint64_t *a, ring R);
/* root: of the argument at the base, for sqrt */
void r_function(uint64_t *out, const node *x, const uint64_t *a, uint64_t root, ring R);
uint64_t free_number(uint64_t i);

/* --- family.c: the members as nodes, one for each coordinate --- */
typedef struct {
    int *x, *nodes, *position; /* the nodes that x needs, in an order; the place of a node in it */
    long count;
} field;
void family_start(void);
long fields_count(void); /* the fields of a raw family; otherwise the gradient of sum y_j F_j, and the drift */
const field *field_at(long i);
int derivative_along(int h, long i); /* of h along field i */
field field_of(int *x, const int *others, long count); /* others: nodes that must have values too */
void bracket(int *out, const int *x, const int *y);

/* --- members.c: instances and words --- */
void members_start(void);
long gate_value(uint64_t seed, int gate_node);
int *constants(const json *j, const char *what, long count); /* a list of rationals, as nodes */
void read_point(const json *j);
void read_frozen(const json *j);
void read_root(const json *j);
assignment at_point(void); /* the point and the frozen values, for substitutions */
void read_members(const json *instances, const json *words);
long entries_count(void);
long entry_leaves(long entry);
const int *entry_nodes(long entry);          /* expanded on the tape */
void entry_value(uint64_t *out, long entry); /* at the point, modulo N */

/* --- the claims; each prints its part of the theorem --- */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
int *claim_conserved(const json *laws);
void claim_refuted(const json *refuted);
void claim_invariant(const json *invariant);
void claim_involutive(const json *involutive);
void claim_symmetry(const json *symmetry);
void claim_split(const json *split, const int *laws, long nlaws, int independent, int rank, int complete);
void claim_growth(const json *growth, const json *split);
/* The whole check: the theorem, which free_everything() takes back, or NULL with the reason. */
char *check(char *problem, size_t problem_size, char *certificate, size_t certificate_size, char *reason,
            size_t room);

#endif
