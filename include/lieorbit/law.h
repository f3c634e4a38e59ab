/* lieorbit/law.h - conservation laws: found, proved, counted.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_LAW_H
#define LIEORBIT_LAW_H

#include <lieorbit/algebra.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    LO_LAW_POLYNOMIAL,
    LO_LAW_RATIONAL,
    LO_LAW_LOGARITHMIC,
    LO_LAW_ANALYTIC /* polynomial in the coordinates and in values of sin, cos, exp, tanh */
} lo_law_class_t;

/* "polynomial", "rational", "logarithmic" or "analytic". */
LO_API const char *lo_law_class_name(lo_law_class_t law_class);

/* One law: an expression h of the parameters with <∇h, X> = 0 identically for every X of the family. */
typedef struct {
    char *name;       /* "h1", "h2", ... */
    char *expression; /* in the model language; parses back */
    lo_law_class_t law_class;
    int degree;        /* of the polynomial (frozen constants in coefficients count), or the larger of numerator and denominator */
    const char *found_by; /* "units", "linear search", "quadratic search", "polynomial search", "Darboux search", or as in
                           * lo_law_group_struct: a static string */
    const char *proved_by; /* "tangent propagation" or "expansion": a static string */
} lo_law_struct;

/* Everything the main job answers. */
typedef struct {
    lo_growth_t growth;
    long dimension;      /* p */
    long nlaws;          /* functionally independent laws in the list */
    lo_law_struct *laws;
    lo_truth_t complete; /* LO_TRUE: proved; LO_FALSE: proved that more laws exist than were found */
    int searched_degree; /* every polynomial law of at most this degree was searched for, modulo a prime */
    long space_degrees;  /* number of entries of space_dimension */
    long *space_dimension; /* dimension, modulo a prime, of the space of polynomial laws at index d: of degree exactly d
                              where the family is homogeneous, of degree 1 to d elsewhere; -1: not searched */
    long generators;     /* number of exact generating fields when the family was expanded, else -1 */
} lo_analysis_struct;
typedef lo_analysis_struct lo_analysis_t[1];

/* Called whenever more is proved, with the analysis so far; must not change it. */
typedef void (*lo_analysis_fn)(void *data, const lo_analysis_struct *analysis);

/* Empty result. */
LO_API void lo_analysis_init(lo_analysis_t analysis);

/* Frees what the result owns. */
LO_API void lo_analysis_clear(lo_analysis_t analysis);

/* The main job: growth vector, orbit dimension, conservation laws, completeness.
 * Out: analysis. In: family; observer may be NULL.
 * Returns LO_OK; LO_UNABLE when a limit was met (what is in `analysis` is proved all the same); LO_SYSTEM.
 * Cost: linear for laws from units; one elimination per block of monomials for the search.
 * Source: theory of the manual, chapter "Laws". */
LO_API LO_MUST_CHECK lo_status_t lo_analyse(lo_analysis_t analysis, const lo_family_struct *family,
                                            lo_analysis_fn observer, void *data, lo_ctx_t ctx);

/* Growth vector and orbit dimension at the point given by `at` (parameters not named are generic).
 * Brackets that vanish are kept, and the orbit is followed to a generic point of it by an exact truncated
 * flow, so the dimension is that of the orbit even where the rank drops. The upper bound comes from the
 * smallest invariant affine subspace through the point and the laws on it, both verified exactly.
 * Out: growth (levels may repeat a rank where it stalls before it rises). Domain: the model has a point.
 * Returns LO_OK, LO_UNABLE (time, interrupt, size: the bounds so far are valid), LO_SYSTEM.
 * Source: Hermann-Nagano; the orbit theorem of Sussmann; theory of the manual, section "Special points". */
LO_API LO_MUST_CHECK lo_status_t lo_growth_at_point(lo_growth_t growth, const lo_family_struct *family, lo_ctx_t ctx);

/* The outcome of `verify`. */
typedef struct {
    lo_truth_t conserved;
    const char *proved_by; /* when conserved is LO_TRUE */
    /* when conserved is LO_FALSE: a rational point, an input, and the nonzero value of <∇h, ∇F_j> there */
    char *point, *input, *value; /* "U[1,1] = 2, ...", "x[1] = 1, ...", "-3/2", or a ball that excludes 0 */
    char *output;  /* which output (or field) was used, e.g. "output 1" */
    const char *remark; /* a static string to print with an unknown verdict, or NULL */
} lo_verdict_struct;
typedef lo_verdict_struct lo_verdict_t[1];

/* Empty verdict: LO_UNKNOWN. */
LO_API void lo_verdict_init(lo_verdict_t verdict);

/* Frees what the verdict owns. */
LO_API void lo_verdict_clear(lo_verdict_t verdict);

/* Decides whether one expression is conserved.
 * Out: verdict. In: a family and the text of the law (`length` bytes) in the names of its model.
 * Returns LO_OK; LO_INPUT when the law does not parse (message in the context); LO_UNABLE; LO_SYSTEM. A
 * proof is an identity of polynomials or rational functions; a refutation is one exact evaluation, or one
 * ball that excludes zero, at an input with the gates that the network has there. */
LO_API LO_MUST_CHECK lo_status_t lo_verify(lo_verdict_t verdict, const lo_family_struct *family, const char *text,
                                           size_t length, lo_ctx_t ctx);

/* The structural analysis: the laws that can be read off the tensor graph of a network without writing out its
 * weights, so that networks of 10^8 weights are analysed in seconds. */
typedef struct {
    long parameters;
    uint64_t found;     /* laws in all groups: all proved, functionally independent at a generic point */
    uint64_t unit_laws; /* ... of them by unit inference: diagonal quadratic laws */
    long groups;        /* numbers 0..groups-1 */
    int exact;           /* 1: unit_laws is the number of all diagonal quadratic laws; 0: there may be more */
    uint64_t left_out;   /* quadratic laws that hold too, but whose independence of the others was not shown */
    lo_truth_t complete; /* LO_TRUE: no further law exists (for the path-lifting family) */
    const char *reason; /* why `complete` is not known, a static string; NULL when it is */
    void *laws;         /* private */
} lo_structure_struct;
typedef lo_structure_struct lo_structure_t[1];

/* Laws that differ in their indices only. */
typedef struct {
    uint64_t count;
    char *pattern;    /* "sum(W1[j,:].^2) + b1[j]^2 - sum(W2[:,j].^2)", the law itself when count is 1 */
    char *indices;    /* "j = 1..64", "" when count is 1 */
    char *expression; /* the first law of the group; parses back */
    int degree;
    const char *found_by; /* "units", "matrix units", "invisible directions", "unread entries": static */
} lo_law_group_struct;
typedef lo_law_group_struct lo_law_group_t[1];

/* Whether a network is past the limits of the other route (`dense_parameters`, `scalar_parameters`,
 * `tape_nodes`). Returns 1 or 0. */
LO_API int lo_structure_is_needed(const lo_model_struct *model, lo_ctx_t ctx);

/* Empty result. */
LO_API void lo_structure_init(lo_structure_t structure);

/* Frees what the result owns. */
LO_API void lo_structure_clear(lo_structure_t structure);

/* Infers units, matrix units and invisible directions of a network, tensor by tensor.
 * Out: structure, valid as long as the model and the context are. Domain: a network with the gradient flow.
 * Returns LO_OK; LO_UNABLE when a limit was met or the model is not of that kind (message in the context);
 * LO_SYSTEM. Cost: linear in the number of nodes and the lengths of their axes.
 * Source: the manual, section "Structural scale". */
LO_API LO_MUST_CHECK lo_status_t lo_structure_analyse(lo_structure_t structure, const lo_model_struct *model,
                                                      lo_ctx_t ctx);

/* Describes one group. Out: group, to be freed with lo_law_group_clear. Domain: 0 <= number < structure->groups,
 * after an analysis that returned LO_OK. Returns LO_OK or LO_SYSTEM. */
LO_API LO_MUST_CHECK lo_status_t lo_structure_group(lo_law_group_t group, const lo_structure_t structure,
                                                    long number);

/* Frees what the description owns. */
LO_API void lo_law_group_clear(lo_law_group_t group);

/* One law of a group as text, to be freed with lo_report_free; NULL when memory is short.
 * Domain: 0 <= number < count of the group. */
LO_API char *lo_structure_law(const lo_structure_t structure, long group, uint64_t number);

#ifdef __cplusplus
}
#endif

#endif
