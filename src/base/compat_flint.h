/* compat_flint.h - FLINT 2.9 with Calcium's fmpz_mpoly_q, or FLINT 3: one place that knows the difference.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LO_COMPAT_FLINT_H
#define LO_COMPAT_FLINT_H

#include <flint/flint.h>
#include <flint/fmpq.h>
#include <flint/fmpq_mat.h>
#include <flint/fmpq_mpoly.h>
#include <flint/fmpq_mpoly_factor.h>
#include <flint/fmpq_vec.h>
#include <flint/fmpz.h>
#include <flint/fmpz_mat.h>
#include <flint/fmpz_mpoly.h>
#include <flint/fmpz_mpoly_factor.h>
#include <flint/fmpz_poly.h>
#include <flint/fmpz_vec.h>
#include <flint/nmod_mat.h>
#include <flint/nmod_poly.h>
#include <flint/nmod_poly_factor.h>
#include <flint/nmod_vec.h>
#include <flint/ulong_extras.h>

#if __FLINT_RELEASE >= 30000
#include <flint/arb.h>
#include <flint/arb_hypgeom.h>
#include <flint/fmpz_mpoly_q.h>
#else
#include <arb.h>
#include <arb_hypgeom.h>
#include <calcium/fmpz_mpoly_q.h>
#endif

#endif
