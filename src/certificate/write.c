/* write.c - the bytes of a certificate.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "certificate/certificate.h"

#include "base/memory.h"
#include "law/verify.h"

#include <errno.h>
#include <sha256.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- sections ---- */

static void put_rational(FILE *out, const fmpq_t q)
{
    fputc('"', out);
    fmpz_fprint(out, fmpq_numref(q));
    if (!fmpz_is_one(fmpq_denref(q))) {
        fputc('/', out);
        fmpz_fprint(out, fmpq_denref(q));
    }
    fputc('"', out);
}

static void put_rationals(FILE *out, const char *key, const fmpq *q, slong n)
{
    fprintf(out, "\"%s\":[", key);
    for (slong i = 0; i < n; i++) {
        if (i > 0)
            fputc(',', out);
        put_rational(out, q + i);
    }
    fputc(']', out);
}

static void put_integers(FILE *out, const char *key, const slong *v, slong n)
{
    fprintf(out, "\"%s\":[", key);
    for (slong i = 0; i < n; i++)
        fprintf(out, "%s\"%ld\"", i > 0 ? "," : "", (long) v[i]);
    fputc(']', out);
}

static void put_matrix(FILE *out, const char *key, const nmod_mat_t m)
{
    fprintf(out, "\"%s\":[", key);
    for (slong i = 0; i < nmod_mat_nrows(m); i++) {
        fputs(i > 0 ? ",\n[" : "[", out);
        for (slong j = 0; j < nmod_mat_ncols(m); j++)
            fprintf(out, "%s\"%lu\"", j > 0 ? "," : "", (unsigned long) nmod_mat_entry(m, i, j));
        fputc(']', out);
    }
    fputc(']', out);
}

static void put_instance(FILE *out, const lo_instance_struct *x, const lo_family_struct *f)
{
    slong inputs = f->model->inputs;
    if (lo_cert_has_fields(f)) {
        fprintf(out, "{\"field\":%ld}", (long) x->field);
        return;
    }
    fputc('{', out);
    put_integers(out, "covector", x->covector, lo_family_covectors(f));
    if (x->order > 0) {
        fputc(',', out);
        put_integers(out, "direction", x->direction, inputs);
    }
    if (f->ngates > 0)
        fprintf(out, ",\"gates\":\"%lu\"", (unsigned long) x->seed);
    if (f->model->kind == LO_MODEL_NETWORK) {
        fputc(',', out);
        put_integers(out, "inputs", x->inputs, inputs);
    }
    if (x->order > 0)
        fprintf(out, ",\"order\":%ld", (long) x->order);
    fputc('}', out);
}

static void put_instances(FILE *out, const lo_certificate_struct *c)
{
    const lo_split_struct *s = &c->split;
    fputs("\"instances\":[", out);
    for (slong i = 0; i < s->ninstances; i++) {
        fputs(i > 0 ? ",\n" : "", out);
        put_instance(out, s->instances + i, c->family);
    }
    fputs("],\n", out);
}

/* One pair, or a list of them. */
static void put_roots(FILE *out, const lo_roots_struct *x)
{
    fputs(x->n > 1 ? ",\"roots\":[" : ",\"root\":", out);
    for (int i = 0; i < x->n; i++) {
        fputs(i > 0 ? ",[" : "[", out);
        put_rational(out, x->of + i);
        fprintf(out, ",\"%lu\"]", (unsigned long) x->root[i]);
    }
    fputs(x->n > 1 ? "]" : "", out);
}

static void put_split(FILE *out, const lo_split_struct *s, const lo_claims_struct *claims)
{
    fputs("\"split\":{", out);
    if (claims->rank) {
        put_matrix(out, "A", s->right);
        fputs(",\n", out);
    }
    if (claims->independent) {
        put_matrix(out, "C", s->left);
        fputs(",\n", out);
    }
    if (claims->rank) {
        fputs("\"chosen\":[", out);
        for (slong i = 0; i < s->nchosen; i++)
            fprintf(out, "%s%ld", i > 0 ? "," : "", (long) s->chosen[i]);
        fputs("],\n", out);
    }
    fprintf(out, "\"mod\":\"%lu\"", (unsigned long) s->mod);
    if (claims->rank && s->roots.n > 0)
        put_roots(out, &s->roots);
    fputs("},\n", out);
}

static void put_words(FILE *out, const lo_split_struct *s)
{
    fputs(",\n\"words\":[", out);
    for (slong i = 0; i < s->nwords; i++)
        fprintf(out, "%s[%ld,%ld]", i > 0 ? ",\n" : "", (long) s->words[i].first, (long) s->words[i].second);
    fputc(']', out);
}

static void put_refuted(FILE *out, const lo_certificate_struct *c)
{
    const struct lo_witness_struct *w = c->witness;
    fprintf(out, "\"refuted\":{\"expression\":\"%s\",", c->laws[0]);
    put_rationals(out, "inputs", w->inputs, w->ninputs);
    fprintf(out, ",\"output\":%ld,", (long) w->output);
    put_rationals(out, "point", w->theta, w->p);
    fputs("},\n", out);
}

static void put_frozen(FILE *out, const lo_certificate_struct *c)
{
    const lo_model_struct *m = c->model;
    slong n = m->frozen + m->constants_symbolic;
    int split = c->claims.rank || c->claims.independent;
    if (n == 0 || (!split && !c->claims.refuted))
        return;
    if (split)
        put_integers(out, "frozen", c->split.frozen, n);
    else
        put_rationals(out, "frozen", c->witness->frozen, n);
    fputs(",\n", out);
}

/* Chosen words of at most 1, 2, .. members. */
static void put_growth(FILE *out, const lo_split_struct *s)
{
    slong longest = 0;
    for (slong i = 0; i < s->nchosen; i++)
        longest = lo_entry_length(s, s->chosen[i]) > longest ? lo_entry_length(s, s->chosen[i]) : longest;
    fputs("\"growth\":[", out);
    for (slong d = 1; d <= longest; d++)
        fprintf(out, "%s%ld", d > 1 ? "," : "", (long) lo_split_growth(s, d));
    fputs("],\n", out);
}

/* The sections in alphabetical order. */
static lo_status_t put_certificate(FILE *out, const lo_certificate_struct *c, const char *digest)
{
    const lo_claims_struct *k = &c->claims;
    const lo_split_struct *s = &c->split;
    int split = k->rank || k->independent;
    fprintf(out, "{\n\"claims\":[");
    for (const char *at = c->claimed; *at != '\0';) {
        size_t n = strcspn(at, ",");
        fprintf(out, "%s\"%.*s\"", at == c->claimed ? "" : ",", (int) n, at);
        at += n + 2 * (at[n] == ',');
    }
    fprintf(out, "],\n\"format\":\"conslaw-cert\",\n");
    put_frozen(out, c);
    if (k->growth)
        put_growth(out, s);
    if (k->rank)
        put_instances(out, c);
    if (k->invariant)
        LO_TRY(lo_subspaces_put(out, c->patterns, c->nsubspaces, c->p));
    if (k->involutive)
        lo_identity_put(out, c->identity, s);
    if (k->conserved) {
        fputs("\"laws\":[", out);
        for (slong i = 0; i < c->nlaws; i++)
            fprintf(out, "%s{\"expression\":\"%s\",\"proof\":\"%s\"}", i > 0 ? ",\n" : "", c->laws[i],
                    c->tangent[i] ? "tangent" : "expand");
        fputs("],\n", out);
    }
    if (split) {
        put_rationals(out, "point", s->point, c->family->p);
        fputs(",\n", out);
    }
    fprintf(out, "\"problem\":\"%s\",\n", digest);
    if (k->refuted)
        put_refuted(out, c);
    if (split)
        put_split(out, s, k);
    if (k->symmetry)
        lo_symmetries_put(out, c->symmetries, c->nsymmetries, c->p);
    if (k->units) {
        lo_unit_table_put(out, c->units);
        fputs(",\n", out);
    }
    fputs("\"version\":2", out);
    if (k->rank)
        put_words(out, s);
    fputs("\n}\n", out);
    return LO_OK;
}

/* ---- files ---- */

/* The file under its own name only when all of it is there. */
typedef struct {
    char *name, *temporary;
    FILE *stream;
} output_struct;

static lo_status_t failed(const output_struct *o, lo_ctx_t ctx)
{
    lo_ctx_set_message(ctx, "cannot write %s: %s", o->name, strerror(errno));
    return LO_UNABLE;
}

static lo_status_t open_output(output_struct *o, lo_ctx_t ctx)
{
    struct stat info;
    if (stat(o->name, &info) == 0 && !S_ISREG(info.st_mode)) {
        lo_ctx_set_message(ctx, "cannot write %s: it is not a regular file", o->name);
        return LO_UNABLE;
    }
    mode_t mask = umask(0);
    umask(mask);
    int fd = mkstemp(o->temporary);
    if (fd < 0) {
        o->temporary[0] = '\0';
        return failed(o, ctx);
    }
    (void) fchmod(fd, (mode_t) 0666 & ~mask);
    o->stream = fdopen(fd, "w");
    return o->stream != NULL ? LO_OK : failed(o, ctx);
}

static lo_status_t close_output(output_struct *o, lo_ctx_t ctx)
{
    int bad = ferror(o->stream) | (fflush(o->stream) != 0);
    int error = errno;
    bad |= fclose(o->stream) != 0 && (error = errno) != 0;
    o->stream = NULL;
    errno = error;
    return bad ? failed(o, ctx) : LO_OK;
}

static lo_status_t rename_output(output_struct *o, lo_ctx_t ctx)
{
    if (rename(o->temporary, o->name) != 0)
        return failed(o, ctx);
    o->temporary[0] = '\0';
    return LO_OK;
}

static void forget_output(output_struct *o)
{
    if (o->stream != NULL)
        fclose(o->stream);
    if (o->temporary != NULL && o->temporary[0] != '\0')
        unlink(o->temporary);
    lo_free(o->name);
    lo_free(o->temporary);
}

/* path with its suffix replaced (suffix NULL: kept), and a template for mkstemp */
static lo_status_t name_output(output_struct *o, const char *path, const char *suffix)
{
    size_t n = strlen(path);
    const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path, *dot = strrchr(base, '.');
    int stem = (int) (suffix != NULL && dot != NULL && dot != base ? (size_t) (dot - path) : n);
    o->stream = NULL;
    o->name = lo_alloc(n + 16, 1);
    o->temporary = lo_alloc(n + 32, 1);
    if (o->name == NULL || o->temporary == NULL)
        return LO_SYSTEM;
    snprintf(o->name, n + 16, "%.*s%s", stem, path, suffix != NULL ? suffix : "");
    snprintf(o->temporary, n + 32, "%s.XXXXXX", o->name);
    return LO_OK;
}

static lo_status_t write_both(output_struct *problem, output_struct *cert, const lo_certificate_struct *c,
                              const char *text, lo_ctx_t ctx)
{
    char digest[SHA256_DIGEST_STRING_LENGTH];
    LO_TRY(open_output(problem, ctx));
    LO_TRY(open_output(cert, ctx));
    fputs(text, problem->stream);
    SHA256Data((const uint8_t *) text, strlen(text), digest);
    LO_TRY(put_certificate(cert->stream, c, digest));
    LO_TRY(close_output(problem, ctx));
    LO_TRY(close_output(cert, ctx));
    LO_TRY(rename_output(problem, ctx));
    return rename_output(cert, ctx);
}

lo_status_t lo_certificate_write(lo_certificate_ptr c, const char *path, lo_ctx_t ctx)
{
    if (c->claimed == NULL || c->claimed[0] == '\0') {
        lo_ctx_set_message(ctx, "there is nothing to claim");
        return LO_UNABLE;
    }
    output_struct problem = { 0 }, cert = { 0 };
    char *text = lo_problem_text(c);
    lo_status_t status = text != NULL ? name_output(&problem, path, ".problem") : LO_SYSTEM;
    if (status == LO_OK)
        status = name_output(&cert, path, NULL);
    if (status == LO_OK && strcmp(problem.name, cert.name) == 0) {
        lo_ctx_set_message(ctx, "cannot write %s: that is the name of the problem file", path);
        status = LO_UNABLE;
    }
    if (status == LO_OK)
        status = write_both(&problem, &cert, c, text, ctx);
    forget_output(&problem);
    forget_output(&cert);
    lo_free(text);
    return status;
}

lo_status_t lo_certificate_write_text(const char *text, const char *path, lo_ctx_t ctx)
{
    output_struct file = { 0 };
    lo_status_t status = name_output(&file, path, NULL);
    if (status == LO_OK)
        status = open_output(&file, ctx);
    if (status == LO_OK) {
        fputs(text, file.stream);
        status = close_output(&file, ctx);
    }
    if (status == LO_OK)
        status = rename_output(&file, ctx);
    forget_output(&file);
    return status;
}
