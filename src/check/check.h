/* check.h - lieorbit-check: all that its files share.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The checker reads a problem and a certificate (manual, chapter "Certificate format") and says VERIFIED
 * or NOT VERIFIED. It shares nothing with the library: GMP and libc only. There is one way out on any
 * doubt: fail().
 *
 *   memory.c sha256.c json.c          the ground
 *   tape.c                            scalar values: a graph of + * 1/x, functions, gates
 *   lexer.c tensor.c signal.c expression.c function.c stage.c model.c
 *                                     the model language; every value becomes scalars of the tape
 *   form.c units.c                    the same language, where a value is its units (claim `units`)
 *   poly.c symbol.c symbolic.c        polynomials with function symbols (claims about identities)
 *   ring.c base.c field.c             values modulo N and in nested dual numbers (claims about ranks)
 *   conserved.c split.c witness.c manifold.c main.c   the claims
 */
#ifndef CHECK_H
#define CHECK_H

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

/* Limits; one that is met is a rejection. */
enum {
    MAX_JSON_DEPTH = 16,
    MAX_DEPTH = 200,            /* brackets of the model language */
    MAX_TOKENS = 4000000,
    MAX_DIGITS = 1000,          /* of a number in a model or a law */
    MAX_STRING = 100000,        /* of a number in a certificate */
    MAX_EXPONENT = 1000,
    MAX_ENTRIES = 1 << 26,      /* of one tensor */
    MAX_COORDINATES = 200000,   /* except for the claim `units` */
    MAX_NODES = 1 << 26,
    MAX_EPSILONS = 10,          /* nesting of dual numbers */
    DEEP_WORD = 7,              /* from here on, brackets of polynomial fields are expanded */
    MAX_ORDER = 64,
    MAX_WORD_DEPTH = 64,
    MAX_FUNCTION_DEPTH = 1000   /* functions within one another, in identities */
};

/* --- memory.c: every block is known, so that one call frees all --- */
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void *take(size_t count, size_t size); /* zeroed */
void *grow(void *block, size_t count, size_t size);
void give(void *block);
void free_everything(void);
void limit_memory(size_t bytes);
/* Room for one more element in an array that doubles. */
#define ROOM(array, count, capacity)                                             \
    do {                                                                         \
        if ((count) >= (capacity)) {                                             \
            (capacity) = (capacity) < 16 ? 16 : 2 * (capacity);                  \
            (array) = grow((array), (size_t) (capacity), sizeof(*(array)));      \
        }                                                                        \
    } while (0)

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
/* Members of an object in their order; leave() refuses what is left. */
typedef struct { const char *name; json *next; } cursor;
cursor enter(const json *object, const char *what);
json *optional(cursor *c, const char *key);
json *required(cursor *c, const char *key);
void leave(const cursor *c);
const json *list(const json *j, const char *what, long count); /* count -1: any */
long number(const json *j, const char *what, long limit);      /* 0 .. limit-1 */
const char *string(const json *j, const char *what);
void rational(mpq_t out, const json *j, const char *what);
void integer(mpz_t out, const json *j, const char *what);
uint64_t decimal(const json *j, const char *what, uint64_t limit); /* a string, 0 .. limit-1 */

/* --- tape.c: scalar values; the same operation on the same operands is the same node --- */
enum { N_CONST, N_VAR, N_ADD, N_MUL, N_INV, N_FUNC, N_GATE };
enum { V_COORD, V_INPUT, V_FROZEN, V_SYMBOLIC, V_TIME, V_VELOCITY };
/* The numbers are those of the format (fingerprints of function values). */
enum {
    F_NONE, F_EXP, F_LOG, F_SIN, F_COS, F_TANH, F_SIGMOID, F_SOFTPLUS, F_GELU, F_SILU, F_ERF, F_SQRT,
    F_GENERIC, F_ODD, F_EVEN, F_GENERIC0, F_RELU, F_LEAKY, F_COUNT
};
extern const char *const function_names[F_COUNT];
/* CONST: number a of the constants; VAR: kind f, number a; FUNC: f of a; GATE of a relu: f = 1,
 * of a leaky_relu: f = 2, pre-activation a; GATE of a max-pool: f = 0, entry b of window a. */
typedef struct { uint8_t op, f; int a, b; } node;
typedef struct { int count, *entries; } gated; /* a window of a max-pool */
typedef struct {
    node *nodes;
    long nnodes, nnodes_room;
    mpq_t *constants;
    long nconstants, nconstants_room;
    gated *units;
    long nunits, nunits_room;
} tape;
extern tape T;
void tape_start(void);
int constant(const mpq_t q);
int constant_si(long n);
int variable(int kind, long index);
int add(int a, int b);
int multiply(int a, int b);
int negate(int a);
int inverse(int a);
int power(int a, long exponent);
int function(int f, int a);
int gate(const int *entries, int count, int entry);
int unit_gate(int f, int a);
int sum(int *terms, long count); /* overwrites terms */
/* Nodes that the roots need, ascending, so that arguments come first. */
long reachable(int **list, const int *roots, long count);

/* --- tensor.c, signal.c: tensors of scalars, or of units --- */
typedef struct { int base, *axis[4]; } unit; /* form.c: the unit of entry i is base + sum axis[a][i_a] */
typedef struct {
    int rank; /* 0, 2, 3, 4; a vector is n x 1 */
    long dim[4], size;
    int *id; /* nodes, row by row */
    unit *u; /* in place of nodes, when the claim is `units` */
} value;
typedef struct { long size, stride, pad; } windows; /* of a pool; stride 0: side by side, nothing left over */
extern int units_only; /* values that depend on parameters or inputs have units, not nodes */
value tensor(int rank, const long *dim);
value matrix(long rows, long columns);
value scalar(int id);
value as_scalar(value a);
int same_shape(const value *a, const value *b);
int is_constant(const value *a, mpq_t out); /* a number known exactly */
value v_add(value a, value b, int sign);
value v_negate(value a);
value v_scale(value s, value a);
value v_hadamard(value a, value b);
value v_divide(value a, value b);
value v_power(value a, long exponent);
value v_function(int f, value a);
value v_matmul(value a, value b);
value v_transpose(value a);
value v_sum(value a);
value v_trace(value a);
value v_reshape(value a, int rank, const long *dim);
value v_slice(value a, const long *first, const long *dim);
value v_join(const value *parts, long count, int axis);
value v_diagonal(value a);
value v_convolution(value x, value w, long stride, long pad);
value v_pool(value a, windows w, int maximum);
value v_softmax(value a, int causal);
value v_mask(value a);
value v_normalise(value a, int centred);
value v_broadcast(value b, value like, int axis); /* entry (i_1, ..) is b[i_axis] */
long convolution_length(long length, long kernel, long stride, long pad);
void pool_axes(int axis[2], int *count, const value *a);

/* --- lexer.c --- */
enum {
    T_END, T_STOP, T_NAME, T_NUMBER, T_ARROW, T_ROW, T_OPEN, T_CLOSE, T_SQUARE, T_ENDSQUARE, T_PLUS, T_MINUS,
    T_TIMES, T_OVER, T_TIMES_EACH, T_OVER_EACH, T_POWER, T_POWER_EACH, T_PRIME, T_COMMA, T_COLON,
    T_EQUALS
};
typedef struct { int type; const char *text; long line; } token; /* T_STOP ends a statement, T_END the text */
typedef struct { token *at; int depth; } reader;
token *tokens_of(const char *text);
int accept(reader *r, int type);
void expect(reader *r, int type, const char *what);
void wrong(const reader *r, const char *what) __attribute__((noreturn));
void number_value(mpq_t out, const reader *r, const char *text);

/* --- expression.c, function.c, stage.c --- */
value expression(reader *r);
long integer_expression(reader *r);
value call(reader *r, const char *name);
int find_function(const char *name); /* entrywise: F_..., or F_NONE */
int is_function(const char *name);
value network(reader *r, value input, int declared_rank);

/* --- model.c --- */
enum { M_NETWORK, M_MAP, M_RAW };
/* kind: parameter p, input i, frozen f, symbolic constant s, let l, velocity v, time t */
typedef struct { const char *text; char kind; value v; long offset; int declared_rank; } name;
typedef struct {
    const char *title;
    int kind, gated, analytic, momentum, closed; /* closed: all of it is read */
    long stages; /* that have parameters */
    long p, inputs, frozen, symbolic; /* scalars of each kind */
    long coordinates;                 /* p, or 2p + 1 with momentum */
    int *outputs;                     /* nodes: entries of the output, the maps, the fields in turn */
    long noutputs;
    const char **field_names; /* of fields and maps */
    long nfields, field_names_room;
    int tau, *metric;                 /* nodes; metric NULL: Euclidean */
    name *names;
    long nnames, names_room;
} model;
extern model M;
void read_model(const json *lines, const char *title);
value declare(reader *r, const char *text, char kind, int rank, const long *dim, int declared_rank);
const name *find_name(const char *text);
int read_scalar(const char *text, const char *what); /* a law or a coefficient: a node */
long coordinate(const node *n); /* number of the coordinate that a VAR node is, or -1 */
void problem_units(value *output);

/* --- form.c, units.c --- */
value u_lift(value a);
int form_add(int a, int b, long sign);
int form_scale(int a, const mpq_t scale);
int form_unit(long unit_number, const mpq_t c);
void forms_start(void);
long form_part(const __mpq_struct **c, int f, long k); /* part k: its free unit, or -1 past the end */
long form_last(int f); /* the last free unit in it, or -1 */
value u_new(value shape);
void u_normal(value *a);
int u_equal(const value *a, const value *b);
int u_is_zero(const value *a);
value u_sum_of(value a, value b, long sign, const char *what); /* units add */
value u_scaled(value a, long numerator, unsigned long denominator);
value u_function(int f, value a);
value u_matmul(value a, value b);
value u_transpose(value a);
value u_constant_along(value a, const char *what);
value u_trace(value a);
value u_reshape(value a, int rank, const long *dim);
value u_slice(value a, const long *first, const long *dim);
value u_join(const value *parts, long count, int axis);
value u_diagonal(value a);
value u_convolution(value x, value w, value shape, long stride, long pad);
value u_pool(value a, value shape, windows w);
value u_rows(value a, int softmax);
void units_open(const json *units);
value units_tensor(value shape, const char *text, int axes);
void units_close(void);
void units_gradients(uint64_t *out, long p); /* rows: of sum coef entry^2, at the point */
extern long units_count;

/* --- poly.c: polynomials with rational coefficients, in variables numbered from 0 --- */
typedef struct { uint32_t m; long n; mpq_ptr q; } term; /* monomial; coefficient q, or n where q is NULL */
typedef struct { long count; term t[]; } poly;          /* ascending in m, no zero coefficient */
typedef struct { uint32_t var, exp; } factor;
void poly_start(void);
long monomial(const factor **out, uint32_t m);
const poly *p_constant(const mpq_t q);
const poly *p_si(long n);
const poly *p_variable(uint32_t var);
const poly *p_add(const poly *a, const poly *b);
const poly *p_multiply(const poly *a, const poly *b);
const poly *p_scale(const poly *a, long numerator, unsigned long denominator);
int p_equal(const poly *a, const poly *b);
uint64_t p_hash(const poly *a);
int p_is_constant(const poly *a, mpq_t out);
int p_sign(const poly *a); /* of the first coefficient */
long p_degree(const poly *a, uint32_t var);
/* One sum at a time: begin, any number of products, end. */
void sum_begin(void);
void sum_add(const poly *a, const poly *b);
const poly *sum_end(void);
const poly *p_coefficient(const poly *a, uint32_t var, uint32_t exp); /* of var^exp */
typedef struct { uint32_t var; const poly *p; } partial;
long p_partials(partial **out, const poly *a); /* by every variable that occurs, ascending */

/* --- symbol.c: variables that stand for function values --- */
typedef struct { long count; partial *entry; } sparse; /* by coordinate */
void symbols_start(void);
const poly *s_variable(int kind, long index);
const poly *s_gate(int gate_node);
const poly *s_function(int f, int derivative, const poly *argument);
const poly *s_inverse(const poly *d);
const sparse *s_gradient(const poly *a);
const poly *s_reduce(const poly *a);
const poly *s_reduce_within(const poly *a, long terms); /* NULL: it gets longer */
const poly *s_name(const poly *a);
void s_set_direction(const poly *const *by_coordinate);
const poly *s_tangent(const poly *a); /* the derivative along the direction */
const poly *s_substitute(const poly *a, const poly *const *coordinates);
uint64_t s_evaluate(const poly *a, const uint64_t *theta);

/* --- symbolic.c --- */
void symbolic_forget(void);
const poly *const *symbolic_values(const int *roots, long count);
const poly *const *named_values(const int *roots, long count); /* long ones have names */
long field_count(void);
/* The gradient of output `field` with the metric, or raw field, or drift. */
const sparse *symbolic_field(long field);
const poly *inner_product(const sparse *a, const sparse *b);
const sparse *symbolic_bracket(const sparse *a, const sparse *b);

/* --- ring.c: Z/N, and Z/N[e_1..e_k][T] with e_i^2 = 0, T^(order+1) = 0 --- */
extern uint64_t N;
uint64_t mul_mod(uint64_t a, uint64_t b);
uint64_t add_mod(uint64_t a, uint64_t b);
uint64_t inverse_mod(uint64_t a);
uint64_t rational_mod(mpq_srcptr q);
uint64_t mix(uint64_t z);
extern const uint64_t mersenne;
/* An element has size words, the coefficient of T^t e_S at t << k | S. */
typedef struct { int k, order; long size; } ring;
ring ring_of(int k, int order);
void r_addmul(uint64_t *out, const uint64_t *a, const uint64_t *b, ring R); /* out += a b */
void r_inverse(uint64_t *out, const uint64_t *a, ring R);
/* sum c_i n^i where n is the nilpotent part of a */
void r_compose(uint64_t *out, const uint64_t *a, const uint64_t *c, ring R);

/* --- base.c: members of the family, and what is known at their base points --- */
typedef struct {
    char kind; /* 'n' network or map, 'f' field, 'd' drift */
    long field;
    mpq_t *inputs, *direction, *covector; /* direction NULL: none */
    int order;
    uint64_t seed;
    uint64_t *roots; /* of the square roots, by node; NULL until needed */
} member;
extern mpq_t *point, *frozen;
void fingerprints(void);
void read_root(const json *j);
long gate_value(uint64_t seed, int gate_node);
/* The exact values of nodes; known[i]: 0 not exactly a rational. */
typedef struct { mpq_t *q; char *known; } exact;
void base_values(exact *out, const int *list, long count, const member *m, int true_gates);
void base_check(member *m, const int *list, long count);
int derivative_at_base(mpq_t out, int f, const exact *e, int argument, int self);
void series(uint64_t *out, int terms, int f, uint64_t argument, uint64_t root);

/* --- field.c --- */
void read_members(const json *instances, const json *words);
long entries_count(void);
long entry_leaves(long entry);
const sparse *entry_symbolic(long entry);
void entry_value(uint64_t *out, long entry);        /* at the point, modulo N */
void law_gradient(uint64_t *out, int law);          /* likewise */

/* --- the claims; each prints its part of the theorem --- */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
long claim_conserved(const json *laws, int **nodes);
void claim_split(const json *split, const int *laws, long nlaws, int independent, int rank, int complete);
void claim_refuted(const json *refuted);
void claim_invariant(const json *invariant);
void claim_involutive(const json *involutive);
void read_point(const json *j);
const __mpq_struct *point_at(long i);
void read_frozen(const json *j);
/* The whole check: the theorem, which free_everything() takes back, or NULL with the reason. */
char *check(char *problem, size_t problem_size, char *certificate, size_t certificate_size, char *reason,
            size_t room);

#endif
