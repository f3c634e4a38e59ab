/* test_pattern.c - strict inequalities and activation patterns against Fourier-Motzkin and against sampling.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "test_support.h"

#include "base/feasible.h"
#include "family/exact.h"

/* ---- strict inequalities ------------------------------------------------------------------------------- */

/* Is sum_j a[i][j] x_j + a[i][n] > 0 for all rows solvable? By Fourier-Motzkin elimination of the last variable. */
static int fourier_motzkin(const fmpq *a, slong rows, slong n)
{
    if (n == 0) {
        for (slong i = 0; i < rows; i++)
            if (fmpq_sgn(a + i) <= 0)
                return 0;
        return 1;
    }
    slong size = rows + rows * rows, out = 0;
    fmpq *b = _fmpq_vec_init(size * n + 1);
    fmpq_t s, t;
    fmpq_init(s);
    fmpq_init(t);
    for (slong i = 0; i < rows; i++) {
        const fmpq *p = a + i * (n + 1);
        for (slong k = 0; k < rows && fmpq_sgn(p + n - 1) > 0; k++) {
            const fmpq *q = a + k * (n + 1);
            for (slong j = 0; j <= n && fmpq_sgn(q + n - 1) < 0; j++) {
                if (j == n - 1)
                    continue; /* p / p_last - q / q_last */
                fmpq_div(s, p + j, p + n - 1);
                fmpq_div(t, q + j, q + n - 1);
                fmpq_sub(b + out * n + (j < n ? j : n - 1), s, t);
            }
            out += fmpq_sgn(q + n - 1) < 0;
        }
        for (slong j = 0; j <= n && fmpq_is_zero(p + n - 1); j++)
            if (j != n - 1)
                fmpq_set(b + out * n + (j < n ? j : n - 1), p + j);
        out += fmpq_is_zero(p + n - 1);
    }
    int feasible = fourier_motzkin(b, out, n - 1);
    fmpq_clear(s);
    fmpq_clear(t);
    _fmpq_vec_clear(b, size * n + 1);
    return feasible;
}

static int both_agree(const fmpq_mat_t a, slong rows)
{
    slong n = a->c - 1;
    fmpq *copy = _fmpq_vec_init(rows * (n + 1) + 1);
    for (slong i = 0; i < rows; i++)
        for (slong j = 0; j <= n; j++)
            fmpq_set(copy + i * (n + 1) + j, fmpq_mat_entry(a, i, j));
    int expected = fourier_motzkin(copy, rows, n), found = lo_feasible_strict(a, rows);
    _fmpq_vec_clear(copy, rows * (n + 1) + 1);
    assert_int_equal(found, expected);
    return found;
}

static void test_every_tiny_system(void **state)
{
    (void) state;
    fmpq_mat_t a;
    slong solvable = 0, total = 0;
    fmpq_mat_init(a, 3, 2); /* one variable, three rows, entries -1, 0, 1 */
    for (int code = 0; code < 729; code++, total++) {
        for (int k = 0, c = code; k < 6; k++, c /= 3)
            fmpq_set_si(fmpq_mat_entry(a, k / 2, k % 2), c % 3 - 1, 1);
        solvable += both_agree(a, 3);
    }
    fmpq_mat_clear(a);
    fmpq_mat_init(a, 2, 3); /* two variables, two rows, entries -1, 0, 1 */
    for (int code = 0; code < 729; code++, total++) {
        for (int k = 0, c = code; k < 6; k++, c /= 3)
            fmpq_set_si(fmpq_mat_entry(a, k / 3, k % 3), c % 3 - 1, 1);
        solvable += both_agree(a, 2);
    }
    fmpq_mat_clear(a);
    assert_true(solvable > total / 10 && solvable < total);
}

static void test_random_systems(void **state)
{
    (void) state;
    slong solvable = 0;
    start(1);
    for (int round = 0; round < 4000; round++) {
        slong n = between(0, 3), rows = between(0, 6), range = between(1, 3);
        fmpq_mat_t a;
        fmpq_mat_init(a, rows + 2, n + 1); /* rows past `rows` do not count */
        for (slong i = 0; i < rows + 2; i++)
            for (slong j = 0; j <= n; j++)
                fmpq_set_si(fmpq_mat_entry(a, i, j), between(-range, range), (ulong) between(1, 3));
        solvable += both_agree(a, rows);
        fmpq_mat_clear(a);
    }
    assert_true(solvable > 400 && solvable < 3600);
}

/* x > 0, x < 1/n, ... : thin simplices are not empty; their closures without interior are. */
static void test_thin_systems(void **state)
{
    (void) state;
    for (slong n = 1; n <= 5; n++)
        for (slong thin = 0; thin < 2; thin++) {
            fmpq_mat_t a;
            fmpq_mat_init(a, n + 1, n + 1);
            for (slong i = 0; i < n; i++) {
                fmpq_one(fmpq_mat_entry(a, i, i)); /* x_i > 0 */
                fmpq_set_si(fmpq_mat_entry(a, n, i), -1, 1);
            }
            if (thin) /* sum x_i < 10^-18 */
                fmpq_set_si(fmpq_mat_entry(a, n, n), 1, UWORD(1000000000000000000));
            assert_int_equal(lo_feasible_strict(a, n + 1), thin);
            fmpq_mat_clear(a);
        }
}

/* ---- activation patterns ------------------------------------------------------------------------------- */

typedef struct {
    const lo_family_struct *f;
    slong inputs;
    fmpq *theta, *aux, *choice; /* choice: ngates */
} net_struct;

static void net_init(net_struct *w, const lo_family_struct *f)
{
    *w = (net_struct) { .f = f, .inputs = f->model->inputs };
    w->theta = _fmpq_vec_init(f->p);
    w->aux = _fmpq_vec_init(f->naux);
    w->choice = _fmpq_vec_init(f->ngates);
    for (slong i = 0; i < f->p; i++)
        fmpq_set(w->theta + i, lo_family_point(f, i));
}

static void net_clear(net_struct *w)
{
    _fmpq_vec_clear(w->theta, w->f->p);
    _fmpq_vec_clear(w->aux, w->f->naux);
    _fmpq_vec_clear(w->choice, w->f->ngates);
}

/* The pre-activation of gate g at an input (coordinate e_k, or 0 for k = -1), the gates being those of `choice`. */
static void preactivation(fmpq_t value, net_struct *w, slong g, const fmpq *x, slong k)
{
    for (slong a = 0; a < w->f->naux; a++) {
        const lo_aux_struct *aux = w->f->aux + a;
        if (aux->kind == LO_AUX_GATE)
            fmpq_set(w->aux + a, w->choice + aux->index);
        else if (aux->kind == LO_AUX_INPUT && x != NULL)
            fmpq_set(w->aux + a, x + aux->index);
        else if (aux->kind == LO_AUX_INPUT)
            fmpq_set_si(w->aux + a, aux->index == k, 1);
    }
    assert_int_equal(lo_exact_node(value, w->f, w->f->gates[g].preactivation, w->theta, w->aux), LO_OK);
}

static int same_window(const lo_family_struct *f, slong g, slong h)
{
    return f->gates[g].op == LO_OP_MAXPOOL && f->gates[h].op == LO_OP_MAXPOOL && f->gates[g].group == f->gates[h].group;
}

static void open_gate(net_struct *w, slong g, int on)
{
    int leaky = w->f->gates[g].op == LO_OP_ACT && w->f->gates[g].act == LO_ACT_LEAKY_RELU;
    fmpq_set_si(w->choice + g, on || leaky, on || !leaky ? 1 : 100);
}

/* The gates at one input; 0 on a kink. Gates come after those that their pre-activations need. */
static int gates_at(net_struct *w, const fmpq *x)
{
    fmpq_t value, best;
    int ok = 1;
    fmpq_init(value);
    fmpq_init(best);
    for (slong g = 0; g < w->f->ngates && ok; g++) {
        slong last = g, winner = g;
        int tie = 0;
        preactivation(best, w, g, x, -1);
        if (w->f->gates[g].op == LO_OP_ACT) {
            ok = !fmpq_is_zero(best);
            open_gate(w, g, fmpq_sgn(best) > 0);
            continue;
        }
        while (last + 1 < w->f->ngates && same_window(w->f, g, last + 1)) {
            preactivation(value, w, ++last, x, -1);
            int order = fmpq_cmp(value, best);
            tie = order == 0 || (tie && order < 0);
            if (order > 0) {
                winner = last;
                fmpq_set(best, value);
            }
        }
        for (; g <= last; g++)
            open_gate(w, g, g == winner);
        g = last;
        ok = !tie;
    }
    fmpq_clear(value);
    fmpq_clear(best);
    return ok;
}

static slong find_pattern(const net_struct *w)
{
    for (slong i = 0; i < w->f->npatterns; i++) {
        slong g = 0;
        while (g < w->f->ngates && fmpq_equal(w->f->patterns + i * w->f->ngates + g, w->choice + g))
            g++;
        if (g == w->f->ngates)
            return i;
    }
    return -1;
}

/* Adds the row sign * (pre-activation g - pre-activation h) > 0, h = -1: zero. */
static void add_row(fmpq *row, net_struct *w, slong g, slong h, int sign)
{
    fmpq_t value;
    fmpq_init(value);
    for (int part = 0; part < 2; part++) {
        slong which = part == 0 ? g : h;
        if (which < 0)
            continue;
        for (slong k = 0; k <= w->inputs; k++) { /* affine: the values at 0 and at the unit vectors */
            preactivation(value, w, which, NULL, k < w->inputs ? k : -1);
            if ((part == 0) == (sign > 0))
                fmpq_add(row + k, row + k, value);
            else
                fmpq_sub(row + k, row + k, value);
        }
    }
    for (slong k = 0; k < w->inputs; k++)
        fmpq_sub(row + k, row + k, row + w->inputs);
    fmpq_clear(value);
}

/* Whether some input has exactly the gates of `choice`: the inequalities of every gate, solved twice. */
static int reachable(net_struct *w)
{
    const lo_family_struct *f = w->f;
    fmpq_mat_t a;
    slong rows = 0;
    fmpq_mat_init(a, f->ngates * 4 + 1, w->inputs + 1);
    for (slong g = 0; g < f->ngates; g++) {
        if (f->gates[g].op == LO_OP_ACT) {
            add_row(fmpq_mat_entry(a, rows++, 0), w, g, -1, fmpq_is_one(w->choice + g) ? 1 : -1);
            continue;
        }
        for (slong h = 0; h < f->ngates && fmpq_is_one(w->choice + g); h++)
            if (h != g && same_window(f, g, h))
                add_row(fmpq_mat_entry(a, rows++, 0), w, g, h, 1);
    }
    int found = both_agree(a, rows);
    fmpq_mat_clear(a);
    return found;
}

/* Walks all gate vectors (one winner per window) and compares with the enumeration. */
static slong compare_all(net_struct *w, slong g)
{
    const lo_family_struct *f = w->f;
    slong count = 0, last = g;
    if (g == f->ngates) {
        int found = reachable(w);
        assert_int_equal(find_pattern(w) >= 0, found);
        return found;
    }
    if (f->gates[g].op == LO_OP_ACT) {
        for (int on = 0; on < 2; on++) {
            open_gate(w, g, on);
            count += compare_all(w, g + 1);
        }
        return count;
    }
    while (last + 1 < f->ngates && same_window(f, g, last + 1))
        last++;
    for (slong winner = g; winner <= last; winner++) {
        for (slong k = g; k <= last; k++)
            open_gate(w, k, k == winner);
        count += compare_all(w, last + 1);
    }
    return count;
}

static void check_patterns(const lo_family_struct *f)
{
    net_struct w;
    net_init(&w, f);
    fmpq *x = _fmpq_vec_init(w.inputs);
    for (int sample = 0; sample < 60; sample++) {
        for (slong i = 0; i < w.inputs; i++)
            fmpq_set_si(x + i, between(-40, 40), (ulong) between(1, 7));
        if (gates_at(&w, x)) {
            assert_true(find_pattern(&w) >= 0);
            assert_true(reachable(&w));
        }
    }
    assert_int_equal(compare_all(&w, 0), f->npatterns); /* so none is listed twice either */
    _fmpq_vec_clear(x, w.inputs);
    net_clear(&w);
}

static size_t random_matrix(char *out, size_t size, const char *name, slong rows, slong cols)
{
    size_t n = (size_t) snprintf(out, size, "%s = [", name);
    for (slong i = 0; i < rows * cols; i++)
        n += (size_t) snprintf(out + n, size - n, "%s%ld/%ld", i == 0 ? "" : i % cols ? "," : ";",
                               (long) between(-3, 3), (long) between(1, 2));
    return n + (size_t) snprintf(out + n, size - n, rows == 1 && cols > 1 && name[0] != 'b' ? "]'" : "]");
}

/* kind 0: relu with bias; 1: leaky_relu; 2: two relu layers; 3: maxpool; 4: relu after maxpool; 5: a residual relu */
static void random_net(char *text, size_t size, int kind)
{
    slong d = between(1, 2), h = kind == 3 ? 4 : kind == 4 ? 6 : between(2, 4);
    slong rows = kind == 3 ? 2 : kind == 4 ? 2 : kind == 2 ? 2 : kind == 5 ? d : 1;
    slong cols = kind == 3 ? 2 : kind == 4 ? 3 : h;
    static const char *const outputs[] = { "V*relu(U*x + b)", "V*leaky_relu(U*x + b)", "relu(V*relu(U*x + b) + [1;-2])",
                                           "V*maxpool(U*x + b, 2)", "relu(V*maxpool(U*x + b, 2))",
                                           "relu(x + V*relu(U*x + b))" };
    size_t n = (size_t) snprintf(text, size, "param U[%ld,%ld], b[%ld], V[%ld,%ld]\ninput x[%ld]\noutput %s\nat ",
                                 (long) h, (long) d, (long) h, (long) rows, (long) cols, (long) d, outputs[kind]);
    n += random_matrix(text + n, size - n, "U", h, d);
    n += (size_t) snprintf(text + n, size - n, ", ");
    n += random_matrix(text + n, size - n, "b", 1, h);
    n += (size_t) snprintf(text + n, size - n, ", ");
    random_matrix(text + n, size - n, "V", rows, cols);
}

static void test_patterns_are_exactly_the_reachable_ones(void **state)
{
    (void) state;
    char text[2000];
    int done[6] = { 0 };
    start(2);
    for (int round = 0; round < 240; round++) {
        lo_model_ptr m;
        lo_family_ptr f;
        random_net(text, sizeof(text), round % 6);
        if (lo_model_read(&m, text, strlen(text), "test", ctx) != LO_OK)
            fail_msg("%s\n%s", text, lo_ctx_message(ctx));
        lo_status_t status = lo_family_build(&f, m, LO_RELU_PATTERN, ctx);
        assert_true(status == LO_OK || status == LO_DOMAIN); /* a unit at its kink for every input */
        if (status == LO_OK) {
            check_patterns(f);
            done[round % 6]++;
        } else {
            assert_non_null(strstr(lo_ctx_message(ctx), "--relu=pattern"));
        }
        close_family(f, m);
    }
    for (int kind = 0; kind < 6; kind++)
        assert_true(done[kind] >= 5);
}

/* Two hyperplanes through the origin of the plane make 4 regions, three make 6; with generic offsets 7. */
static void test_known_numbers_of_regions(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        slong regions;
    } known[] = {
        { "param U[2,2]; input x[2]; output sum(relu(U*x)); at U = [1,0;0,1]", 4 },
        { "param U[3,2]; input x[2]; output sum(relu(U*x)); at U = [1,0;0,1;1,1]", 6 },
        { "param U[3,2], b[3]; input x[2]; output sum(relu(U*x + b)); at U = [1,0;0,1;1,1], b = [0,0,1]", 7 },
        { "param U[3,1]; input x; output sum(relu(U*x)); at U = [1;2;-1]", 2 },
        { "param U[3,2]; input x[2]; output sum(leaky_relu(U*x)); at U = [1,0;0,1;1,1]", 6 },
        { "param U[4,2]; input x[2]; output sum(maxpool(U*x, 2)); at U = [1,0;0,1;1,1;-1,2]", 4 },
        { "param U[2,1]; input x; output sum(relu(U*x)) + sum(relu(U*x)); at U = [1;-1]", 2 },
        { "param U[2,1]; input x; output sum(relu(U*x)) - sum(leaky_relu(U*x)); at U = [1;-1]", 2 },
        { "param a, c; input x; output [x*relu(a), c*leaky_relu(a)]; at a = -3, c = 1", 1 },
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        lo_model_ptr m;
        lo_family_ptr f = open_family(&m, known[i].text, LO_RELU_PATTERN);
        assert_int_equal(f->npatterns, known[i].regions);
        check_patterns(f);
        close_family(f, m);
    }
}

static void test_patterns_need_a_point(void **state)
{
    (void) state;
    static const struct {
        const char *text;
        lo_status_t status;
    } bad[] = {
        { "param U[2,2]; input x[2]; output sum(relu(U*x))", LO_INPUT },
        { "param U[2,2], c; input x[2]; output c*sum(relu(U*x)); at U = [1,0;0,1]", LO_INPUT },
        { "param U[2,2]; input x[2]; output sum(relu(U*(x.*x))); at U = [1,0;0,1]", LO_UNABLE },
        { "param U[2,2]; input x[2]; output sum(relu(U*x)); at U = [0,0;0,1]", LO_DOMAIN },
    };
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        lo_model_ptr m;
        lo_family_ptr f;
        assert_int_equal(lo_model_read(&m, bad[i].text, strlen(bad[i].text), "test", ctx), LO_OK);
        assert_int_equal(lo_family_build(&f, m, LO_RELU_PATTERN, ctx), bad[i].status);
        assert_null(f);
        assert_true(lo_ctx_message(ctx)[0] != '\0');
        lo_model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_tiny_system),
        cmocka_unit_test(test_random_systems),
        cmocka_unit_test(test_thin_systems),
        cmocka_unit_test(test_patterns_are_exactly_the_reachable_ones),
        cmocka_unit_test(test_known_numbers_of_regions),
        cmocka_unit_test(test_patterns_need_a_point),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
