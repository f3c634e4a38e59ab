/* manifold.c - symmetries and invariant subspaces in a certificate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * The subspace of a pattern with the classes r_1, .., r_q: theta_i = +-theta_r or 0. B has a row for each class, E a row
 * theta_i -+ theta_r for each other coordinate, G picks the coordinates r out, and H puts E theta back: B^T G + H E = I.
 */
#include "certificate/certificate.h"

#include "base/memory.h"
#include "manifold/pattern.h"

#include <stdlib.h>

void lo_symmetries_put(FILE *out, const int *g, slong n, slong p)
{
    fputs("\"symmetry\":[", out);
    for (slong k = 0; k < n; k++) {
        fputs(k > 0 ? ",\n[" : "[", out);
        for (slong i = 0; i < p; i++)
            fprintf(out, "%s[\"%d\",%d]", i > 0 ? "," : "", g[k * p + i] > 0 ? 1 : -1, abs(g[k * p + i]) - 1);
        fputc(']', out);
    }
    fputs("],\n", out);
}

static void fill_matrices(fmpz_mat_t basis, fmpz_mat_t equations, fmpz_mat_t G, fmpz_mat_t H,
                          const int *pattern, const slong *row, slong p)
{
    for (slong i = 0, q = 0, e = 0; i < p; i++) {
        int c = pattern[i];
        if (c != 0)
            fmpz_set_si(fmpz_mat_entry(basis, row[abs(c) - 1], i), c > 0 ? 1 : -1);
        if (c == (int) i + 1) {
            fmpz_one(fmpz_mat_entry(G, q++, i));
            continue;
        }
        fmpz_one(fmpz_mat_entry(equations, e, i));
        if (c != 0)
            fmpz_set_si(fmpz_mat_entry(equations, e, abs(c) - 1), c > 0 ? -1 : 1);
        fmpz_one(fmpz_mat_entry(H, i, e++));
    }
}

typedef struct {
    fmpz_mat_t basis, equations, G, H;
} matrices_struct;

static lo_status_t matrices_init(matrices_struct *m, const int *pattern, slong p)
{
    slong q = lo_pattern_dimension(pattern, p), *row = lo_alloc((size_t) p, sizeof(slong));
    if (row == NULL)
        return LO_SYSTEM;
    fmpz_mat_init(m->basis, q, p);
    fmpz_mat_init(m->equations, p - q, p);
    fmpz_mat_init(m->G, q, p);
    fmpz_mat_init(m->H, p, p - q);
    for (slong i = 0, count = 0; i < p; i++)
        if (pattern[i] == (int) i + 1)
            row[i] = count++;
    fill_matrices(m->basis, m->equations, m->G, m->H, pattern, row, p);
    lo_free(row);
    return LO_OK;
}

static void matrices_clear(matrices_struct *m)
{
    fmpz_mat_clear(m->basis);
    fmpz_mat_clear(m->equations);
    fmpz_mat_clear(m->G);
    fmpz_mat_clear(m->H);
}

lo_status_t lo_pattern_holds(int *holds, const lo_model_struct *model, const int *pattern, slong p,
                             lo_ctx_t ctx)
{
    matrices_struct m;
    LO_TRY(matrices_init(&m, pattern, p));
    lo_status_t status = lo_cert_invariant_holds(holds, model, m.basis, m.equations, ctx);
    matrices_clear(&m);
    return status;
}

static void put_integers(FILE *out, const char *key, const fmpz_mat_t m)
{
    fprintf(out, "\"%s\":[", key);
    for (slong i = 0; i < fmpz_mat_nrows(m); i++) {
        fputs(i > 0 ? ",[" : "[", out);
        for (slong j = 0; j < fmpz_mat_ncols(m); j++)
            fprintf(out, "%s\"%ld\"", j > 0 ? "," : "", (long) fmpz_get_si(fmpz_mat_entry(m, i, j)));
        fputc(']', out);
    }
    fputc(']', out);
}

lo_status_t lo_subspaces_put(FILE *out, const int *patterns, slong n, slong p)
{
    fputs("\"invariant\":[", out);
    for (slong k = 0; k < n; k++) {
        matrices_struct m;
        LO_TRY(matrices_init(&m, patterns + k * p, p));
        fputs(k > 0 ? ",\n{" : "{", out);
        put_integers(out, "G", m.G);
        fputc(',', out);
        put_integers(out, "H", m.H);
        fputc(',', out);
        put_integers(out, "basis", m.basis);
        fputs(",\"d\":\"1\",", out);
        put_integers(out, "equations", m.equations);
        fputc('}', out);
        matrices_clear(&m);
    }
    fputs("],\n", out);
    return LO_OK;
}
