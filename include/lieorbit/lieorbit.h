/* lieorbit/lieorbit.h - the whole public interface.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#ifndef LIEORBIT_H
#define LIEORBIT_H

#include <lieorbit/algebra.h>
#include <lieorbit/base.h>
#include <lieorbit/certificate.h>
#include <lieorbit/family.h>
#include <lieorbit/law.h>
#include <lieorbit/manifold.h>
#include <lieorbit/model.h>
#include <lieorbit/report.h>

#endif
