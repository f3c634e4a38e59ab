/* hasse.c - the hierarchy of manifolds as a picture: own SVG, and DOT for Graphviz.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * One row for each dimension, the largest on top; within a row the manifolds stand in the order of the mean place of
 * those that contain them. Subspaces of frozen manifolds are left out. Everything is computed in integers, so the bytes do not depend on the machine.
 */
#include "base/memory.h"
#include "report/buffer.h"
#include "report/structure.h"

#include <lieorbit/report.h>
#include <string.h>

#define BOX_WIDTH 210
#define BOX_HEIGHT 74
#define GAP 26
#define ROW 134
#define MARGIN 30
#define LINE_LETTERS 34

/* Text of a user in XML. */
static void put_escaped(lo_buffer_t out, const char *text, size_t length)
{
    for (size_t i = 0; i < length && text[i] != '\0'; i++) {
        unsigned char c = (unsigned char) text[i];
        if (c == '<' || c == '>' || c == '&' || c == '"')
            lo_buffer_printf(out, "&#%d;", c);
        else if (c >= 32)
            lo_buffer_add(out, text + i, 1);
    }
}

/* What stands in the box: the words for neurons, else the equations. */
static char *label_of(const lo_manifold_struct *m)
{
    lo_buffer_t out;
    lo_buffer_init(out);
    if (m->rotates_to > 0 && m->rotates_to != m->id)
        lo_buffer_printf(out, "rotations carry #%ld to it", m->rotates_to);
    else if (m->description != NULL && m->description[0] != '\0')
        lo_buffer_put(out, m->description);
    for (long i = 0; out->length == 0 && i < m->nequations; i++) {
        for (long j = 0; j < m->nequations; j++)
            lo_buffer_printf(out, "%s%s = 0", j > 0 ? ", " : "", m->equations[j]);
    }
    if (out->length == 0)
        lo_buffer_put(out, "the whole space");
    return lo_buffer_take(out);
}

typedef struct {
    const lo_sims_struct *sims;
    long *row, *place; /* per manifold: row from 0, x of its middle */
    long *shown;       /* their numbers from 0 */
    long nshown, rows, width;
} layout_struct;

static int is_shown(const layout_struct *l, long i)
{
    for (long k = 0; k < l->nshown; k++)
        if (l->shown[k] == i)
            return 1;
    return 0;
}

/* Calls draw for each line of the picture. The origin lies in all manifolds: where what stands between is left out, a line
 * leads to it. */
static void each_line(lo_buffer_t out, const layout_struct *l, void (*draw)(lo_buffer_t, const layout_struct *, long, long))
{
    long last = l->sims->nmanifolds - 1;
    for (long k = 0; k < l->nshown; k++) {
        const lo_manifold_struct *m = l->sims->manifolds + l->shown[k];
        int drawn = 0;
        for (long c = 0; c < m->ncontains; c++)
            if (is_shown(l, m->contains[c] - 1)) {
                draw(out, l, l->shown[k], m->contains[c] - 1);
                drawn = 1;
            }
        if (!drawn && m->ncontains > 0 && l->sims->manifolds[last].dimension == 0)
            draw(out, l, l->shown[k], last);
    }
}

/* Twice the mean place of the manifolds above that contain number i, or its number. */
static long wish(const layout_struct *l, long i)
{
    long sum = 0, n = 0;
    for (long k = 0; k < i; k++)
        for (long c = 0; c < l->sims->manifolds[k].ncontains; c++)
            if (l->sims->manifolds[k].contains[c] == i + 1 && is_shown(l, k)) {
                sum += l->place[k];
                n++;
            }
    return n > 0 ? 2 * sum / n : 0;
}

/* Places a row: sorted by wish, centred. first, n: its manifolds (consecutive in l->shown). */
static int place_row(layout_struct *l, long first, long n)
{
    long *order = lo_alloc((size_t) n, sizeof(long)), *want = lo_alloc((size_t) n, sizeof(long));
    if (order != NULL && want != NULL) {
        for (long i = 0; i < n; i++) {
            order[i] = i;
            want[i] = wish(l, l->shown[first + i]);
        }
        for (long i = 1; i < n; i++)
            for (long j = i; j > 0 && want[order[j]] < want[order[j - 1]]; j--) {
                long t = order[j];
                order[j] = order[j - 1];
                order[j - 1] = t;
            }
        long used = n * BOX_WIDTH + (n - 1) * GAP, left = (l->width - used) / 2;
        for (long i = 0; i < n; i++)
            l->place[l->shown[first + order[i]]] = left + i * (BOX_WIDTH + GAP) + BOX_WIDTH / 2;
    }
    int ok = order != NULL && want != NULL;
    lo_free(order);
    lo_free(want);
    return ok;
}

static int choose(layout_struct *l)
{
    l->shown = lo_alloc((size_t) l->sims->nmanifolds, sizeof(long));
    for (long i = 0; i < l->sims->nmanifolds && l->shown != NULL; i++)
        if (!lo_sims_is_folded(l->sims, i))
            l->shown[l->nshown++] = i;
    return l->shown != NULL;
}

static int lay_out(layout_struct *l)
{
    long n = l->sims->nmanifolds, widest = 1;
    l->row = lo_alloc((size_t) n, sizeof(long));
    l->place = lo_alloc((size_t) n, sizeof(long));
    if (l->row == NULL || l->place == NULL || !choose(l))
        return 0;
    for (long k = 0, in_row = 0; k < l->nshown; k++) {
        const lo_manifold_struct *m = l->sims->manifolds + l->shown[k];
        int same = k > 0 && m->dimension == l->sims->manifolds[l->shown[k - 1]].dimension;
        in_row = same ? in_row + 1 : 1;
        l->rows += !same;
        l->row[l->shown[k]] = l->rows - 1;
        widest = in_row > widest ? in_row : widest;
    }
    widest = widest < 3 ? 3 : widest; /* room for the legend */
    l->width = widest * BOX_WIDTH + (widest - 1) * GAP + 2 * MARGIN;
    for (long k = 0; k < l->nshown;) {
        long first = k;
        while (k < l->nshown && l->row[l->shown[k]] == l->row[l->shown[first]])
            k++;
        if (!place_row(l, first, k - first))
            return 0;
    }
    return 1;
}

static long top_of(const layout_struct *l, long i)
{
    return MARGIN + l->row[i] * ROW;
}

/* The first words that fit in a line: up to the last ", " before its end, else up to the last space. */
static size_t line_of(const char *text)
{
    size_t length = strlen(text), best = 0, space = 0;
    if (length <= LINE_LETTERS)
        return length;
    for (size_t i = 1; i <= LINE_LETTERS; i++) {
        if (text[i - 1] == ' ' && i > 1 && text[i - 2] == ',')
            best = i;
        if (text[i - 1] == ' ')
            space = i;
    }
    return best > 0 ? best : space > 0 ? space : LINE_LETTERS;
}

/* The label on two lines; what does not fit is in the title of the box. */
static void put_lines(lo_buffer_t out, const char *label, long x, long y)
{
    size_t first = line_of(label), rest = strlen(label + first);
    lo_buffer_printf(out, "<text x=\"%ld\" y=\"%ld\">", x, rest > 0 ? y : y + 8);
    put_escaped(out, label, first);
    lo_buffer_put(out, "</text>");
    if (rest == 0)
        return;
    lo_buffer_printf(out, "<text x=\"%ld\" y=\"%ld\">", x, y + 18);
    put_escaped(out, label + first, rest > LINE_LETTERS ? LINE_LETTERS - 1 : rest);
    lo_buffer_put(out, rest > LINE_LETTERS ? "\xe2\x80\xa6</text>" : "</text>");
}

static void put_box(lo_buffer_t out, const layout_struct *l, long i)
{
    const lo_manifold_struct *m = l->sims->manifolds + i;
    long x = l->place[i] - BOX_WIDTH / 2, y = top_of(l, i);
    char *label = label_of(m);
    if (label == NULL) {
        out->failed = 1;
        return;
    }
    lo_buffer_printf(out, "<g><title>");
    put_escaped(out, label, strlen(label));
    lo_buffer_printf(out, "</title><rect class=\"%s\" x=\"%ld\" y=\"%ld\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n",
                     m->symmetry_induced ? "s" : "e", x, y, BOX_WIDTH, BOX_HEIGHT);
    lo_buffer_printf(out, "<text class=\"h\" x=\"%ld\" y=\"%ld\">#%ld: dimension %ld, ", l->place[i], y + 22, m->id,
                     m->dimension);
    if (lo_manifold_is_frozen(m))
        lo_buffer_put(out, "frozen");
    else
        lo_buffer_printf(out, m->orbit_lower == m->orbit_upper ? "orbits %ld" : "orbits %ld\xe2\x80\x93%ld", m->orbit_lower, m->orbit_upper);
    if (strcmp(m->copies, "1") != 0)
        lo_buffer_printf(out, " (\xc3\x97%s)", m->copies);
    lo_buffer_put(out, "</text>");
    put_lines(out, label, l->place[i], y + 42);
    lo_buffer_put(out, "</g>\n");
    lo_free(label);
}

static void put_line(lo_buffer_t out, const layout_struct *l, long i, long j)
{
    long y1 = top_of(l, i) + BOX_HEIGHT, y2 = top_of(l, j);
    lo_buffer_printf(out, "<path d=\"M%ld %ldC%ld %ld %ld %ld %ld %ld\"/>\n", l->place[i], y1, l->place[i], y1 + (y2 - y1) / 2,
                     l->place[j], y2 - (y2 - y1) / 2, l->place[j], y2);
}

char *lo_report_sims_svg(const lo_family_struct *family, const lo_sims_struct *sims)
{
    layout_struct l = { .sims = sims };
    lo_subject_t subject;
    lo_buffer_t out;
    lo_subject_set(subject, family);
    lo_buffer_init(out);
    out->failed = !lay_out(&l);
    long height = 2 * MARGIN + (l.rows > 0 ? (l.rows - 1) * ROW + BOX_HEIGHT : 0) + 24;
    lo_buffer_printf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%ld\" height=\"%ld\" viewBox=\"0 0 %ld %ld\">\n",
                     l.width, height, l.width, height);
    lo_buffer_put(out, "<style>text{font:12px sans-serif;text-anchor:middle;fill:#222}.h{font-weight:bold}"
                       ".s{fill:#eef4fb;stroke:#3b6ea5}.e{fill:#fdf0e6;stroke:#c4701d;stroke-dasharray:5 3}"
                       "path{stroke:#888;fill:none}.n{text-anchor:start;fill:#555}</style>\n<rect width=\"100%\" "
                       "height=\"100%\" fill=\"white\"/>\n<title>");
    put_escaped(out, subject->title != NULL ? subject->title : "invariant manifolds", 200);
    lo_buffer_put(out, "</title>\n");
    if (!out->failed)
        each_line(out, &l, put_line);
    for (long k = 0; k < l.nshown && !out->failed; k++)
        put_box(out, &l, l.shown[k]);
    lo_buffer_printf(out, "<text class=\"n\" x=\"%d\" y=\"%ld\">solid: fixed by symmetries; dashed: not by these; \xc3\x97: copies. "
                          "Linear subspaces: exact for SGD with any step, too.%s</text>\n",
                     MARGIN, height - 14, l.nshown < sims->nmanifolds ? " Subspaces of frozen ones are left out." : "");
    lo_buffer_put(out, "</svg>\n");
    lo_free(l.row);
    lo_free(l.place);
    lo_free(l.shown);
    return lo_buffer_take(out);
}

static void put_edge(lo_buffer_t out, const layout_struct *l, long i, long j)
{
    lo_buffer_printf(out, "  m%ld -> m%ld;\n", l->sims->manifolds[i].id, l->sims->manifolds[j].id);
}

char *lo_report_sims_dot(const lo_sims_struct *sims)
{
    layout_struct l = { .sims = sims };
    lo_buffer_t out;
    lo_buffer_init(out);
    out->failed = !choose(&l);
    lo_buffer_put(out, "digraph manifolds {\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [dir=none];\n");
    for (long k = 0; k < l.nshown; k++) {
        const lo_manifold_struct *m = sims->manifolds + l.shown[k];
        char *label = label_of(m);
        lo_buffer_printf(out, "  m%ld [label=\"#%ld: dimension %ld, %s %s\\n", m->id, m->id, m->dimension, m->copies,
                         strcmp(m->copies, "1") == 0 ? "copy" : "copies");
        for (const char *c = label; c != NULL && *c != '\0'; c++)
            if (*c != '"' && *c != '\\' && (unsigned char) *c >= 32)
                lo_buffer_add(out, c, 1);
        lo_buffer_printf(out, "\"%s];\n", m->symmetry_induced ? "" : ", style=dashed");
        out->failed |= label == NULL;
        lo_free(label);
    }
    for (long k = 0; k < l.nshown;) { /* one rank for each dimension */
        long first = k;
        lo_buffer_put(out, "  { rank=same;");
        while (k < l.nshown && sims->manifolds[l.shown[k]].dimension == sims->manifolds[l.shown[first]].dimension)
            lo_buffer_printf(out, " m%ld;", sims->manifolds[l.shown[k++]].id);
        lo_buffer_put(out, " }\n");
    }
    each_line(out, &l, put_edge);
    lo_free(l.shown);
    lo_buffer_put(out, "}\n");
    return lo_buffer_take(out);
}
