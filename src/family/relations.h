/* relations.h - inside of the relations between analytic values: shared by atom.c and relations.c.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_RELATIONS_H
#define LO_RELATIONS_H

#include "family/modular.h"

/* Per class: rows of combinations over the basis (element 0: the constant 1), scaled by the common
 * denominators. Row k holds length[k] entries from first[k] on. */
typedef struct {
    slong nbasis;
    char *global; /* natoms + 1: the basis element has no inputs */
    slong *first, *length; /* natoms */
    slong nentries, element_alloc, power_alloc;
    slong *element, *power; /* of basis element element[i] the exponent is power[i], not 0 */
    slong *scale; /* natoms + 1: basis element b carries the value of exp(f_b / scale_b) */
} lo_class_struct;

struct lo_relations_struct {
    lo_class_struct classes[2]; /* 0: exp and tanh, 1: sin and cos */
    slong *twin;             /* per atom: the first atom with the same or the opposite argument */
    int *sign;               /* 1: the same, -1: the opposite, 0: the argument vanishes */
    char *fixed;             /* per atom: its argument does not depend on the inputs */
};

/* The free values behind the atoms of one member at one point: those of the point, and those of the
 * member. */
typedef struct {
    uint64_t global, local;
} lo_source_struct;

/* Refuses a network in whose logarithms the free values of the engines would not be free: see logarithm.c.
 * The twins of the atoms are known. Returns LO_OK, LO_UNABLE with a message, LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_logarithms_check(lo_engine_t e, lo_ctx_t ctx);

/* Refuses arguments that contain an atom of a constant or, at a given point, any atom. In/out: marked, per node: whether
 * it needs one, up to node *position; the atoms of the nodes below an argument come before its own. Returns LO_OK,
 * LO_UNABLE with a message, LO_SYSTEM. Cost: all calls together are linear in the tape. */
LO_MUST_CHECK lo_status_t lo_check_nesting(const lo_engine_t e, slong k, const char *constant_atom, char *marked,
                                           slong *position, lo_ctx_t ctx);

/* The one root of a constant, see lower_analytic.c. */
int lo_is_root_of_gelu(const lo_tape_struct *tape, const lo_tnode_struct *x);

/* Does an atom occur in class c (0: exp or tanh, 1: sin or cos)? */
int lo_in_class(const lo_atom_struct *atom, int c);

/* Sets row k, which must not have been set since the entries were last dropped. In: row[n], the exponents.
 * Returns LO_OK or LO_SYSTEM. */
LO_MUST_CHECK lo_status_t lo_class_set_row(lo_class_struct *cl, slong k, const slong *row, slong n);

/* All words of atom k. basis: room for 2 (natoms + 1) words. */
void lo_atom_words(ulong *words, const lo_engine_t e, slong k, const lo_source_struct *from, ulong *basis);

#endif
