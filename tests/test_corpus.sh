#!/bin/sh
# test_corpus.sh - replays the fuzzer's seed corpus and the malformed models through the reader.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later
set -eu
replay=${REPLAY:-tests/replay_model}
[ -x "$replay" ] || { echo "no replay program: $replay"; exit 77; }
find "$srcdir/tests/corpus" "$srcdir/tests/bad" -type f -print0 | xargs -0 "$replay"
