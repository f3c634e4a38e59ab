/* ast.c - making nodes of the syntax tree.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "model/ast.h"

lo_ast_struct *lo_ast_new(lo_reader_struct *r, lo_ast_kind_t kind, lo_place_struct place,
                          lo_place_struct at)
{
    lo_ast_struct *node = lo_scratch(r, 1, sizeof(*node));
    if (node == NULL)
        return NULL;
    node->kind = kind;
    node->place = place;
    node->at = at;
    return node;
}

lo_ast_struct *lo_ast_text(lo_reader_struct *r, lo_ast_kind_t kind, lo_place_struct place,
                           const char *text)
{
    lo_ast_struct *node = lo_ast_new(r, kind, place, place);
    if (node != NULL)
        node->text = text;
    return node;
}

lo_ast_struct *lo_ast_pair(lo_reader_struct *r, lo_ast_kind_t kind, lo_place_struct place,
                           lo_place_struct at, lo_ast_struct *a, lo_ast_struct *b)
{
    lo_ast_struct *node = lo_ast_new(r, kind, place, at);
    if (node != NULL) {
        node->a = a;
        node->b = b;
    }
    return node;
}

lo_ast_struct *lo_ast_list(lo_reader_struct *r, lo_ast_kind_t kind, lo_place_struct place,
                           lo_place_struct at, lo_ast_list_struct list)
{
    lo_ast_struct *node = lo_ast_new(r, kind, place, at);
    if (node != NULL)
        node->list = list;
    return node;
}

lo_ast_list_struct lo_ast_append(lo_ast_list_struct list, lo_ast_struct *item)
{
    if (list.last == NULL)
        list.first = item;
    else
        list.last->next = item;
    list.last = item;
    list.count++;
    return list;
}
