/* lieorbit/manifold.h - structural invariant manifolds: where gradient training can never leave.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_MANIFOLD_H
#define LIEORBIT_MANIFOLD_H

#include <lieorbit/law.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Some of the points of a manifold whose orbits are smaller: the smaller manifolds of one class. */
typedef struct {
    long id;           /* of the class */
    long copies;       /* its images of this kind, not contained in others */
    long nequations;
    char **equations;  /* of one of them */
    long rank;         /* the dimension of its generic orbits */
} lo_component_struct;

/* One class of manifolds under the symmetry group, given by a representative: a linear subspace of parameters that every
 * field of the family is tangent to, so that every gradient flow, and gradient descent with any step, stays in it. */
typedef struct {
    long id;               /* 1, 2, ... by decreasing dimension */
    long dimension;
    int *pattern;          /* per coordinate i: 0, it is zero; +-(r + 1), it equals +-coordinate r, the first of its class */
    long nequations;
    char **equations;      /* "w[1] - w[2]", "a[3]": each is zero on the manifold; in the model language */
    char *copies;          /* number of its images under the symmetry group, in decimal */
    char *description;     /* "neuron 3 = 0, neuron 1 = -neuron 2", "3 free neurons", ... or empty */
    int symmetry_induced;  /* 1: the vectors that some symmetries fix; 0: not those that symmetries of the operations fix */
    int refuted;           /* 1: proved that no signed permutations with F(g theta) = F(theta) induce it */
    const char *proved_by; /* "symmetry" or "expansion", a static string */
    long orbit_lower, orbit_upper; /* bounds of the dimension of the orbit of a generic point of it */
    long laws;             /* functionally independent laws found on it, which need not hold elsewhere */
    char **law;            /* these laws, in the names of the model */
    long families;         /* independent linear functions among the laws on it */
    char **family;         /* "a[1] - a[2]": on the manifold each value c of it gives an invariant affine subspace */
    char *reduced;         /* the restricted network as a model, in as many parameters as the manifold has dimensions; or NULL */
    char *narrower;        /* the same on fewer neurons: "width 2, weights (2, 1)", or NULL */
    long ncontains;
    long *contains;        /* the ids of the largest other classes of which it contains a copy */
    lo_truth_t listed;     /* LO_TRUE: orbits smaller than generic ones lie in smaller manifolds of the list; LO_FALSE: not all */
    long nlocus;
    lo_component_struct *locus; /* where orbits are smaller: exactly there, when all_listed is LO_TRUE; else empty */
    long nbranch;
    char **branch;         /* equations of an invariant set that is not listed (LO_FALSE), of what was not decided (LO_UNKNOWN) */
    long union_dimension;  /* of the union of its images under the rotations; -1: there are no rotations */
    int union_exact;       /* 0: the true dimension may be larger */
    long rotates_to;       /* the id of a class that rotations and symmetries carry to it, one for all such classes that are
                              known, its own where it stands for them; 0: there are no rotations */
} lo_manifold_struct;

/* Rotations of the neurons of a linear layer: SO(columns), with reflections O(columns), acts on the columns of a matrix of
 * parameters. */
typedef struct {
    char *matrix; /* "[U; V]": by the tensors it is made of, or by its rows */
    long rows, columns;
    int reflects;
} lo_rotated_struct;

/* An isotropy type of the product of these groups: the points whose matrices have these ranks; with the limits of such points
 * the variety of the matrices of at most these ranks. It is the union of the rotations of one fixed subspace. */
typedef struct {
    long *ranks;           /* one for each matrix */
    char *conditions;      /* "rank [U; V] <= 1", "" for the whole space */
    char *group;           /* the isotropy group: "O(2)", "O(1) x O(2)", "1" */
    long dimension;        /* of the union */
    long subspace;         /* of the fixed subspace */
    long nequations;
    char **equations;      /* of the fixed subspace, as in lo_manifold_struct */
    long manifold;         /* id of its class; 0: it is not listed */
    long orbit_lower, orbit_upper; /* bounds of the dimension of the orbit of a generic point of the union */
    char *minors;          /* how many minors the conditions say to vanish, in decimal */
    long nminors;
    char **minor;          /* these, in the model language; none when they are many or large */
} lo_isotropy_struct;

/* The classes that run as networks of the same widths. */
typedef struct {
    char *widths;    /* "16-15" */
    long dimension;
    char *classes;   /* in decimal */
    char *manifolds; /* with copies, in decimal */
} lo_widths_struct;

/* Which subspaces were sought. */
typedef enum {
    LO_SOUGHT_ALL,      /* all those cut out by theta_i = 0 and theta_i = +-theta_j */
    LO_SOUGHT_ORBITS,   /* the same, with i and j in one orbit of the symmetry group */
    LO_SOUGHT_SYMMETRY, /* fixed spaces of subgroups of the symmetry group */
    LO_SOUGHT_PRODUCTS, /* those of subgroups that are products over the layers */
    LO_SOUGHT_SOME      /* some of these: a limit was met */
} lo_sought_t;

typedef struct {
    char *order;           /* of the group of signed permutations, in decimal */
    lo_truth_t group_complete; /* LO_TRUE: no other signed permutation leaves the outputs unchanged */
    int of_neurons;        /* 1: permutations of the neurons only, the model being too large for a search of all symmetries */
    long ngenerators;
    char **generators;     /* "w[1] <-> w[2], a[1] <-> a[2]", "w[1] -> -w[1], a[1] -> -a[1]" */
    int *permutations;     /* the same, ngenerators x dimension: j + 1 in place i says that coordinate i of the image is
                              theta_j, -(j + 1) that it is -theta_j */
    long continuous_dimension; /* of the Lie algebra of skew linear symmetries; -1: not computed */
    long nmanifolds;
    lo_manifold_struct *manifolds;
    char *count;           /* manifolds of the kind `sought` with their copies, in decimal */
    char *classes;         /* their classes, in decimal; more than nmanifolds when the largest ones are listed only */
    long nwidths;
    lo_widths_struct *widths; /* of a counted lattice: all its classes, by decreasing dimension; none when there are many rows */
    lo_truth_t complete;   /* LO_TRUE: every subspace of the kind `sought` is an image of a listed one */
    lo_sought_t sought;
    lo_truth_t all_induced; /* whether all manifolds of the kind are fixed spaces of symmetries; LO_FALSE: one is `refuted` */
    lo_truth_t all_listed; /* LO_TRUE: the orbit of every point has the dimension of generic orbits in the smallest listed
                              manifold that contains it */
    lo_truth_t all_sims;   /* whether every invariant manifold, of any kind, is the fixed space of signed permutations: LO_FALSE
                              with an exception */
    char *exception;       /* "#3", "#3 with a[1] - a[2] = 1", "a level set of u^2 - v^2", or NULL */
    long member;           /* with a point in the model: the id of the smallest manifold with a copy through it; 0: no point */
    char *member_equations; /* of that copy */
    long member_laws;
    char **member_values;  /* "U[1,1]^2 - V[1,1]^2 = 3": the laws of the model at the point */
    lo_growth_t member_growth; /* the orbit of the point */
    long nrotated;
    lo_rotated_struct *rotated; /* the blocks of the Lie algebra of rotations; none when it is not a sum of such blocks */
    long ntypes;
    lo_isotropy_struct *types;  /* their isotropy types, by decreasing dimension: those of products of subgroups of the blocks */
    lo_truth_t types_complete;  /* LO_TRUE: these are all types of the group of the blocks: no parameter lies in two of them */
    long dimension;        /* p */
    long unproved;         /* classes that look invariant at random points but were not proved, and are not listed */
    int hierarchy_exact;   /* 0: some `contains` may be missing */
} lo_sims_struct;
typedef lo_sims_struct lo_sims_t[1];

/* Empty result. */
LO_API void lo_sims_init(lo_sims_t sims);

/* Frees what the result owns. */
LO_API void lo_sims_clear(lo_sims_t sims);

/* Called whenever more is known, with the result so far; must not change it. */
typedef void (*lo_sims_fn)(void *data, const lo_sims_struct *sims);

/* The symmetry group of a network or map, the invariant subspaces, their classes, hierarchy, orbits and reduced models.
 * Out: sims. In: family; observer may be NULL.
 * Returns LO_OK; LO_UNABLE for raw families, when the model is too large, or when a limit was met (what is in `sims` is
 * proved all the same; the message says which); LO_SYSTEM.
 * Cost: one restricted family, sampled modulo a prime, for each pattern visited; the search is cut after 40,000 or fewer.
 * Source: Zhao, Luo, Zhang, arXiv 2510.09564; theory of the manual, chapter "Invariant manifolds". */
LO_API LO_MUST_CHECK lo_status_t lo_sims(lo_sims_t sims, const lo_family_struct *family, lo_sims_fn observer, void *data,
                                         lo_ctx_t ctx);

#ifdef __cplusplus
}
#endif

#endif
