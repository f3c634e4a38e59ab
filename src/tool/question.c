/* question.c - from the words of the command line to a template and a grid that fit together.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/question.h"

#include "tool/commands.h"
#include "tool/families.h"
#include "tool/suggest.h"
#include "tool/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words from number `first` on, joined by blanks. To be freed; NULL when memory is short. */
static char *join(const options_t *options, int first)
{
    size_t length = 1;
    for (int i = first; i < options->nwords; i++)
        length += strlen(options->words[i]) + 1;
    char *text = malloc(length), *c = text;
    if (text == NULL)
        return NULL;
    *c = '\0';
    for (int i = first; i < options->nwords; i++)
        c += sprintf(c, "%s%s", i > first ? " " : "", options->words[i]);
    return text;
}

static int unknown_family(const char *word, int length)
{
    char name[WORD_MAX + 1];
    snprintf(name, sizeof(name), "%.*s", length, word);
    const char *nearest = family_nearest(name);
    if (nearest != NULL)
        return usage_error("there is no family '%s'; did you mean '%s'?", name, nearest);
    return usage_error(
        "there is no family '%s'; 'lieorbit sweep' lists them, and a template is a file with a '.' "
        "or '/' in its name",
        name);
}

/* Adds the keys that the grid leaves out. */
static int add_defaults(grid_t *grid, const char *defaults)
{
    grid_t all;
    int status = -1;
    grid_init(&all);
    if (defaults[0] != '\0')
        status = grid_read(&all, defaults);
    for (int i = 0; i < all.naxes && status == -1; i++) {
        char text[128];
        if (grid_find(grid, all.axes[i].key, strlen(all.axes[i].key)) >= 0)
            continue;
        snprintf(text, sizeof(text), "%s %s", all.axes[i].key, all.axes[i].values[0]);
        status = grid_read(grid, text);
    }
    grid_clear(&all);
    return status;
}

/* `FAMILY grid`: the text begins with the name of the family. */
static int ask_family(question_t *question, const char *text)
{
    text += strspn(text, " \t\r\n");
    int length = (int) strcspn(text, " \t\r\n,");
    question->family = strndup(text, (size_t) length);
    if (question->family == NULL)
        return out_of_memory();
    const family_row *row = family_find(question->family);
    if (row == NULL)
        return unknown_family(text, length);
    question->body = strdup(row->body);
    if (question->body == NULL)
        return out_of_memory();
    text += length;
    int status = text[strspn(text, " \t\r\n")] == '\0' ? -1 : grid_read(&question->grid, text);
    return status != -1 ? status : add_defaults(&question->grid, row->defaults);
}

/* The template of a file; or of -e. */
static int ask_template(question_t *question, const options_t *options, const char *file, const char *text)
{
    char *source = NULL;
    size_t length = 0;
    int status = -1;
    if (file == NULL)
        question->body = strdup(options->text);
    else if ((status = read_source(&source, &length, file)) == -1)
        question->body = strndup(source, length);
    free(source);
    if (status != -1)
        return status;
    if (question->body == NULL)
        return out_of_memory();
    json_t *text_value = json_string(question->body);
    int is_text = text_value != NULL && (file == NULL || strlen(question->body) == length);
    json_decref(text_value);
    if (!is_text) {
        fprintf(stderr, "lieorbit: the template is not UTF-8 text\n");
        return EXIT_MODEL;
    }
    return text[strspn(text, " \t\r\n")] == '\0' ? -1 : grid_read(&question->grid, text);
}

/* Every key of the grid occurs in the template, and the other way round. */
static int check_fit(const question_t *question, const char *file)
{
    int used[GRID_AXES];
    template_error_t error;
    const family_row *row = question->family == NULL ? NULL : family_find(question->family);
    if (!template_check(question->body, &question->grid, used, &error)) {
        if (error.no_memory)
            return out_of_memory();
        if (error.is_missing && row != NULL)
            return usage_error("the grid leaves out a key: %s needs %s%s%s", row->name, row->keys,
                               row->defaults[0] != '\0' ? ", and takes " : "", row->defaults);
        fprintf(stderr, "lieorbit: %s:%d:%d: error: %s\n", file == NULL ? "<template>" : file, error.line,
                error.column, error.message);
        return error.is_missing ? EXIT_USAGE : EXIT_MODEL;
    }
    for (int i = 0; i < question->grid.naxes; i++)
        if (!used[i] && row != NULL)
            return usage_error("%s has no key '%s': it needs %s%s%s", row->name, question->grid.axes[i].key,
                               row->keys, row->defaults[0] != '\0' ? ", and takes " : "", row->defaults);
        else if (!used[i])
            return usage_error("the template does not use '%s'", question->grid.axes[i].key);
    return -1;
}

int question_ask(question_t *question, const options_t *options)
{
    memset(question, 0, sizeof(*question));
    grid_init(&question->grid);
    question->seed = options->seed;
    question->degree = options->degree;
    question->relu = options->relu;
    const char *first = options->nwords > 0 ? options->words[0] : "";
    size_t length = strcspn(first, " \t\r\n");
    int is_file = options->text == NULL && (strcmp(first, "-") == 0 || memchr(first, '.', length) != NULL ||
                                            memchr(first, '/', length) != NULL);
    char *text = join(options, is_file);
    if (text == NULL)
        return out_of_memory();
    const char *file = is_file ? first : NULL;
    int status = is_file || options->text != NULL ? ask_template(question, options, file, text)
                                                  : ask_family(question, text);
    free(text);
    return status == -1 ? check_fit(question, file) : status;
}
