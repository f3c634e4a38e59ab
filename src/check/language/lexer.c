/* lexer.c - from characters to tokens, and the small steps of the readers.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 *
 * A statement ends with its line or with `;`, but goes on while a bracket is open, after an operator, a
 * comma, `=` or `->` at the end of the line, and before `->` at the beginning of the next. In brackets `;`
 * separates rows.
 */
#include "check/language/language.h"

#include <string.h>

static const struct {
    const char *text;
    int type;
} marks[] = {
    { "->", T_ARROW },    { ".*", T_TIMES_EACH }, { "./", T_OVER_EACH }, { ".^", T_POWER_EACH },
    { "+", T_PLUS },      { "-", T_MINUS },       { "*", T_TIMES },      { "/", T_OVER },
    { "^", T_POWER },     { "'", T_PRIME },       { ",", T_COMMA },      { ":", T_COLON },
    { "=", T_EQUALS },    { "(", T_OPEN },        { ")", T_CLOSE },      { "[", T_SQUARE },
    { "]", T_ENDSQUARE },
};
#define NMARKS (sizeof(marks) / sizeof(marks[0]))

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int goes_on(int type)
{
    return (type >= T_PLUS && type <= T_POWER_EACH) || type == T_COMMA || type == T_EQUALS || type == T_ARROW;
}

/* DIGITS [. DIGITS] | . DIGITS, each with an optional exponent e[+-]DIGITS: its length. */
static size_t number_length(const char *s)
{
    size_t n = strspn(s, "0123456789");
    if (s[n] == '.' && is_digit(s[n + 1]))
        n += 1 + strspn(s + n + 1, "0123456789");
    if (s[n] == 'e' || s[n] == 'E') {
        size_t sign = s[n + 1] == '+' || s[n + 1] == '-';
        if (is_digit(s[n + 1 + sign]))
            n += 1 + sign + strspn(s + n + 1 + sign, "0123456789");
    }
    return n;
}

static const char *copy(const char *s, size_t n)
{
    char *text = take(n + 1, 1);
    memcpy(text, s, n);
    return text;
}

token *tokens_of(const char *s)
{
    token *list = NULL;
    long count = 0, room = 0, line = 1, nopen = 0;
    int open[MAX_DEPTH], last = T_STOP;
    for (;;) {
        token t = { T_END, "", line };
        size_t n = 1, mark = 0;
        while (*s == ' ')
            s++;
        if (is_letter(*s)) {
            while (is_letter(s[n]) || is_digit(s[n]))
                n++;
            t.type = T_NAME;
            t.text = copy(s, n);
        } else if (is_digit(*s) || (*s == '.' && is_digit(s[1]))) {
            n = number_length(s);
            if (is_letter(s[n]))
                fail("line %ld: a number runs into a name", line);
            t.type = T_NUMBER;
            t.text = copy(s, n);
        } else if (*s == '\n' || *s == ';') {
            t.type = *s == ';' && nopen > 0 ? T_ROW : T_STOP;
            if (*s == '\n') {
                line++;
                const char *next = s;
                next += strspn(next, " \n");
                if (nopen > 0 || goes_on(last) || (next[0] == '-' && next[1] == '>')) {
                    s++;
                    continue;
                }
            }
        } else if (*s != '\0') {
            while (mark < NMARKS && strncmp(s, marks[mark].text, strlen(marks[mark].text)) != 0)
                mark++;
            if (mark == NMARKS || (s[0] == '*' && s[1] == '*'))
                fail("line %ld: `%.1s` has no meaning here", line, s);
            n = strlen(marks[mark].text);
            t.type = marks[mark].type;
            if (t.type == T_OPEN || t.type == T_SQUARE) {
                if (nopen == MAX_DEPTH)
                    fail("line %ld: the brackets are nested too deeply", line);
                open[nopen++] = t.type;
            } else if (t.type == T_CLOSE || t.type == T_ENDSQUARE) {
                if (nopen == 0 || open[--nopen] != (t.type == T_CLOSE ? T_OPEN : T_SQUARE))
                    fail("line %ld: a bracket closes nothing", line);
            }
        } else if (nopen > 0) {
            fail("a bracket is never closed");
        }
        if (count >= MAX_TOKENS)
            fail("the model is too long");
        ROOM(list, count, room);
        list[count++] = t;
        if (t.type == T_END)
            return list;
        last = t.type;
        s += n;
    }
}

int accept(reader *r, int type)
{
    if (r->at->type != type)
        return 0;
    r->at++;
    return 1;
}

void wrong(const reader *r, const char *what)
{
    fail("line %ld of the model, at `%.40s`: %s", r->at->line, r->at->text, what);
}

void expect(reader *r, int type, const char *what)
{
    if (!accept(r, type))
        wrong(r, what);
}

/* 12.5e-3 is 125 10^(-3-1). */
void number_value(mpq_t out, const reader *r, const char *text)
{
    char digits[MAX_DIGITS + 2];
    long n = 0, fraction = 0, exponent = 0;
    size_t i = 0, mantissa = strcspn(text, "eE");
    for (int after = 0; i < mantissa; i++) {
        if (text[i] == '.') {
            after = 1;
        } else if (n >= MAX_DIGITS) {
            wrong(r, "a number is too long");
        } else {
            digits[n++] = text[i];
            fraction += after;
        }
    }
    digits[n] = '\0';
    int negative = text[i] != '\0' && text[i + 1] == '-';
    for (; text[i] != '\0'; i++) {
        if (is_digit(text[i]) && exponent <= MAX_DIGITS)
            exponent = 10 * exponent + (text[i] - '0');
    }
    if (exponent > MAX_DIGITS)
        wrong(r, "a number is too long");
    exponent = (negative ? -exponent : exponent) - fraction;
    mpz_t ten;
    mpz_init(ten);
    mpz_ui_pow_ui(ten, 10, (unsigned long) (exponent < 0 ? -exponent : exponent));
    mpz_set_str(mpq_numref(out), digits, 10);
    mpz_set_ui(mpq_denref(out), 1);
    if (exponent < 0)
        mpz_set(mpq_denref(out), ten);
    else
        mpz_mul(mpq_numref(out), mpq_numref(out), ten);
    mpq_canonicalize(out);
    mpz_clear(ten);
}
