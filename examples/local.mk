# examples/local.mk - small models, each run by make check.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

examplesdir = $(docdir)/examples
dist_examples_DATA = \
	examples/attention.lo \
	examples/bilinear-glu.lo \
	examples/car.lo \
	examples/conv-relu.lo \
	examples/cp-tensor.lo \
	examples/deep-linear.lo \
	examples/heisenberg.lo \
	examples/layernorm.lo \
	examples/linear-attention.lo \
	examples/lora.lo \
	examples/monomial-map.lo \
	examples/pendulum.lo \
	examples/product-map.lo \
	examples/relu-mlp.lo \
	examples/residual-relu.lo \
	examples/swiglu.lo \
	examples/transformer-block.lo \
	examples/two-layer-linear-at-point.lo \
	examples/two-layer-linear.lo \
	examples/unicycle.lo

# A program that uses the library, with what it prints; compiled and run by tests/test_examples.sh.
examples_cdir = $(examplesdir)
dist_examples_c_DATA = examples/count-laws.c examples/count-laws.out

# A checker of certificates in standard Python, used by tests/test_certificate.sh.
examples_pydir = $(examplesdir)
dist_examples_py_DATA = examples/conslaw_check.py examples/conslaw_expand.py examples/conslaw_manifold.py examples/conslaw_model.py examples/conslaw_tangent.py examples/conslaw_units.py
