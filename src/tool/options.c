/* options.c - the tables of commands and options, and what is made from them.
 *
 * Copyright (C) 2026 the lieorbit developers
 * SPDX-License-Identifier: LGPL-3.0-or-later
 */
#include "tool/options.h"

#include "tool/suggest.h"
#include "tool/values.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct {
    command_t command;
    const char *name;
    const char *arguments;
    const char *help; /* one line */
    const char *more; /* a paragraph for the command's own help */
} command_row;

static const command_row commands[] = {
    { COMMAND_LAWS, "laws", "FILE", "the conservation laws, and whether the list is complete",
      "Prints the growth vector, the dimension of the orbits, the conservation laws of every gradient flow "
      "of the\n"
      "model, and whether the list is complete. Each law that is printed is proved." },
    { COMMAND_RANK, "rank", "FILE", "growth vector and orbit dimension only",
      "Prints the growth vector and the dimension of the orbit: at the point that the model gives with `at`, "
      "else at\n"
      "a generic point." },
    { COMMAND_VERIFY, "verify", "LAW FILE", "whether one expression is conserved",
      "Decides whether LAW, an expression in the parameters of the model, is conserved: proved (exit status "
      "0),\n"
      "refuted with an exact witness (1), or unknown (4). A LAW that begins with '-' goes after '--'." },
    { COMMAND_SIMS, "sims", "FILE", "the invariant manifolds, where training never leaves",
      "Prints the symmetry group of a network, its structural invariant manifolds up to symmetry (subspaces that\n"
      "no gradient flow leaves), how they contain one another, the orbits on them and the narrower networks that\n"
      "run there. With `at` in the model also the smallest one through the point." },
    { COMMAND_CHECK, "check", "PROBLEM CERTIFICATE", "re-check a certificate",
      "Re-checks a certificate that --certificate wrote, against the problem it speaks of. The last line is "
      "VERIFIED\n"
      "(exit status 0) or NOT VERIFIED: and the reason (1)." },
    { COMMAND_EXPORT_COQ, "export-coq", "FILE", "the laws and their proofs as a Coq file",
      "Runs `laws` and writes a file for the proof assistant Coq that contains all it needs: the model, the laws, and\n"
      "the theorems that each is constant along every gradient flow and that the list is complete. Of a model with\n"
      "functions or quotients the file has the laws alone. It is checked by coqc FILE. For models of at most 100\n"
      "parameters." },
    { COMMAND_SWEEP, "sweep", "SPEC", "a table over a grid of architectures",
      "Runs `laws` on every point of a grid of models and prints a table. SPEC is a family and its keys:\n"
      "  lieorbit sweep 'attention heads 1..3, dim 1..2, d 1|2|4, tokens 2'\n"
      "A RANGE is 3, 1..4, 1..9:2 or a list 1|2|5; values may be words (tanh|gelu) and lists (2-3-2).\n"
      "Without SPEC lists the families and their keys. A model with placeholders is a family too:\n"
      "  lieorbit sweep -e 'input x[{n}]; net dense({2*n}) -> relu -> dense(1)' 'n 1..4'\n"
      "  lieorbit sweep FILE 'KEY RANGE, KEY RANGE, ...'\n"
      "--threads is the number of points at a time; --limit-seconds and --limit-memory are those of one "
      "point.\n"
      "With --merge the operands are journals that --out wrote, of shards of one grid." },
    { COMMAND_ZOO, "zoo", "[NAME]", "list the built-in models, or print one",
      "Without NAME lists the built-in models, else prints the text of one: lieorbit zoo NAME | lieorbit "
      "laws -" },
    { COMMAND_HELP, "help", "[COMMAND]", "print this help, or that of one command", "" },
};
#define NCOMMANDS ((int) (sizeof(commands) / sizeof(commands[0])))

/* Which help an option appears in. Every option is accepted by every command, so that scripts can share them,
 * but those of `sweep` alone, which would promise something elsewhere. */
enum {
    IN_MODEL = 1,
    IN_ZOO = 2,
    IN_SWEEP = 4,
    IN_CHECK = 8,
    IN_EXPORT = 16,
    IN_WORK = IN_MODEL | IN_SWEEP | IN_EXPORT,
    IN_ALL = 31
};

enum {
    OPT_EXPRESSION = 'e',
    OPT_OUTPUT = 'o',
    OPT_QUIET = 'q',
    OPT_HELP = 'h',
    OPT_VERSION = 'V',
    OPT_JSON = 256,
    OPT_CERTIFICATE,
    OPT_DEGREE,
    OPT_SEED,
    OPT_THREADS,
    OPT_SECONDS,
    OPT_MEMORY,
    OPT_RELU,
    OPT_STRUCTURAL,
    OPT_ALL_LAWS,
    OPT_PICTURE,
    OPT_PROGRESS,
    OPT_COLOR,
    OPT_FORMAT,
    OPT_OUT,
    OPT_SHARD,
    OPT_MERGE,
    OPT_NO_TIME
};

typedef struct {
    int id; /* below 256: also the short option */
    const char *name;
    const char *argument; /* NULL: takes none */
    int where;
    const char *help; /* a newline continues in the column of the descriptions */
} option_row;

static const option_row rows[] = {
    { OPT_EXPRESSION, "expression", "TEXT", IN_WORK, "the model itself; several are joined as lines" },
    { OPT_OUTPUT, "output", "FILE", IN_EXPORT, "of export-coq: write to FILE, not to standard output" },
    { OPT_JSON, "json", NULL, IN_ALL, "print the answer as JSON" },
    { OPT_CERTIFICATE, "certificate", "FILE", IN_MODEL,
      "write the proofs to FILE, and the problem they speak of\nbeside it, with the suffix .problem" },
    { OPT_DEGREE, "degree", "D", IN_WORK,
      "search polynomial laws up to degree D, 0 to 12\n(default: chosen by size)" },
    { OPT_SEED, "seed", "N", IN_WORK,
      "seed of the random choices, 0 to 2^64-1 (default 1);\n"
      "the same seed gives the same output" },
    { OPT_THREADS, "threads", "N", IN_WORK,
      "use at most N threads, 1 to 256 (default: one per\n"
      "processor, at most 16); the answer is the same" },
    { OPT_SECONDS, "limit-seconds", "S", IN_WORK | IN_CHECK, "stop after S seconds, with what is proved so far" },
    { OPT_MEMORY, "limit-memory", "SIZE", IN_WORK | IN_CHECK,
      "memory of the computation in bytes, or with the\n"
      "suffix K, M, G or T (default 4G)" },
    { OPT_RELU, "relu", "MODE", IN_WORK,
      "what relu means: 'paths', all path-liftings (default),\n"
      "or 'pattern', the activation regions at the point given\nby 'at'" },
    { OPT_STRUCTURAL, "structural", NULL, IN_MODEL,
      "laws from the tensor graph only, as for networks that\nare too large for the exact engine" },
    { OPT_ALL_LAWS, "all-laws", NULL, IN_MODEL,
      "then list every law, not one line for each group" },
    { OPT_PICTURE, "picture", "FORMAT", IN_MODEL,
      "of sims: the hierarchy as 'svg' or 'dot' (Graphviz)" },
    { OPT_PROGRESS, "progress", "WHEN", IN_WORK, "progress on the terminal: 'auto' (default) or 'never'" },
    { OPT_COLOR, "color", "WHEN", IN_WORK,
      "colours: 'auto' (default), 'never' or 'always';\n"
      "'auto' respects NO_COLOR" },
    { OPT_FORMAT, "format", "FORMAT", IN_SWEEP,
      "of the table of sweep: 'text' (default), 'csv', 'json',\n'latex' or 'texinfo'" },
    { OPT_OUT, "out", "FILE", IN_SWEEP,
      "journal of sweep, one line for each finished point; the\n"
      "same sweep started again goes on where it stopped" },
    { OPT_SHARD, "shard", "I/N", IN_SWEEP, "sweep only the points I, I+N, I+2N, ..." },
    { OPT_MERGE, "merge", NULL, IN_SWEEP, "join the journals of the shards of one sweep" },
    { OPT_NO_TIME, "no-time", NULL, IN_SWEEP, "leave the times out of the table of sweep" },
    { OPT_QUIET, "quiet", NULL, IN_ALL, "nothing on standard error but errors" },
    { OPT_HELP, "help", NULL, IN_ALL, "print help and exit" },
    { OPT_VERSION, "version", NULL, IN_ALL, "print the version and exit" },
};
#define NROWS ((int) (sizeof(rows) / sizeof(rows[0])))

int usage_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("lieorbit: ", stderr);
    vfprintf(stderr, format, arguments);
    fputs("\nTry 'lieorbit --help'.\n", stderr);
    va_end(arguments);
    return EXIT_USAGE;
}

/* The help. Columns and headings are those that help2man reads. */

static void print_options(FILE *stream, int where)
{
    fputs("\nOptions:\n", stream);
    for (int i = 0; i < NROWS; i++) {
        char left[64];
        int length = 0;
        if (!(rows[i].where & where))
            continue;
        if (rows[i].id < 256)
            length = snprintf(left, sizeof(left), "-%c, ", rows[i].id);
        else
            length = snprintf(left, sizeof(left), "    ");
        snprintf(left + length, sizeof(left) - (size_t) length, rows[i].argument ? "--%s=%s" : "--%s",
                 rows[i].name, rows[i].argument);
        fprintf(stream, "  %-25s ", left);
        for (const char *c = rows[i].help; *c != '\0'; c++)
            if (*c == '\n')
                fprintf(stream, "\n%28s", "");
            else
                fputc(*c, stream);
        fputc('\n', stream);
    }
}

static void print_status(FILE *stream)
{
    fputs("\nExit status:\n"
          "  0  answered; for verify: proved; for check: verified\n"
          "  1  verify: refuted; check: not verified; sweep --merge: the journals contradict each other\n"
          "  2  the command line is wrong\n"
          "  3  the model or the law is wrong\n"
          "  4  a limit was met before an answer; what is known is printed\n"
          "  5  input or output failed, or lieorbit itself is wrong\n",
          stream);
}

static void print_usage(FILE *stream)
{
    fputs("Usage: lieorbit COMMAND [OPTION]... FILE\n"
          "  or:  lieorbit COMMAND [OPTION]... -e TEXT\n"
          "Exact conservation laws of neural-network architectures.\n"
          "\n"
          "FILE is a model in the model language, '-' is standard input. Answers go to standard\n"
          "output, everything else to standard error.\n"
          "\n"
          "Commands:\n",
          stream);
    for (int i = 0; i < NCOMMANDS; i++) {
        char left[64];
        snprintf(left, sizeof(left), "%s %s", commands[i].name, commands[i].arguments);
        fprintf(stream, "  %-26s %s\n", left, commands[i].help);
    }
    print_options(stream, IN_ALL);
    print_status(stream);
    fputs("\nExamples:\n"
          "  lieorbit laws -e 'input x[3]; net dense(2) -> relu -> dense(3)'\n"
          "  lieorbit zoo two-layer-linear | lieorbit laws --json -\n"
          "  lieorbit verify 'u^2 - v^2' -e 'param u, v; input x; output u*v*x'\n",
          stream);
}

static void print_command_help(const command_row *row)
{
    static const struct {
        command_t command;
        const char *second; /* another way to call it */
        int where;
    } ways[] = { { COMMAND_LAWS, "-e TEXT", IN_MODEL },
                 { COMMAND_RANK, "-e TEXT", IN_MODEL },
                 { COMMAND_SIMS, "-e TEXT", IN_MODEL },
                 { COMMAND_VERIFY, "LAW -e TEXT", IN_MODEL },
                 { COMMAND_SWEEP, "--merge JOURNAL...", IN_SWEEP },
                 { COMMAND_ZOO, NULL, IN_ZOO },
                 { COMMAND_EXPORT_COQ, "-e TEXT", IN_EXPORT },
                 { COMMAND_NONE, NULL, IN_ALL } };
    int way = 0;
    while (ways[way].command != row->command && ways[way].command != COMMAND_NONE)
        way++;
    printf("Usage: lieorbit %s [OPTION]... %s\n", row->name, row->arguments);
    if (ways[way].second != NULL)
        printf("  or:  lieorbit %s [OPTION]... %s\n", row->name, ways[way].second);
    printf("%s\n", row->more);
    print_options(stdout, ways[way].where);
    print_status(stdout);
}

static void print_version(void)
{
    printf("lieorbit %s\n"
           "Copyright (C) 2026 the lieorbit developers\n"
           "License LGPL-3.0-or-later: GNU LGPL version 3 or later <https://gnu.org/licenses/lgpl.html>.\n"
           "This is free software: you are free to change and redistribute it.\n"
           "There is NO WARRANTY, to the extent permitted by law.\n",
           lo_version());
}

/* Suggestions. */

static const command_row *find_command(const char *name)
{
    for (int i = 0; i < NCOMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static const char *command_name(int i)
{
    return i < NCOMMANDS ? commands[i].name : NULL;
}

static const char *option_name(int i)
{
    return i < NROWS ? rows[i].name : NULL;
}

static int unknown_command(const char *name)
{
    const char *nearest = word_nearest(name, command_name);
    if (nearest != NULL)
        return usage_error("there is no command '%s'; did you mean '%s'?", name, nearest);
    return usage_error("there is no command '%s'", name);
}

static int unknown_option(const char *written, int is_verify)
{
    if (strncmp(written, "--", 2) != 0)
        return usage_error(is_verify ? "unknown option '%s' (a law that begins with '-' goes after '--')"
                                     : "unknown option '%s'",
                           written);
    char word[WORD_MAX + 1];
    size_t length = strcspn(written + 2, "=");
    length = length < WORD_MAX ? length : WORD_MAX;
    memcpy(word, written + 2, length);
    word[length] = '\0';
    int prefixes = 0;
    for (int i = 0; i < NROWS; i++)
        prefixes += length > 0 && strncmp(word, rows[i].name, length) == 0;
    if (prefixes > 1)
        return usage_error("option '--%s' is ambiguous", word);
    const char *nearest = word_nearest(word, option_name);
    if (nearest != NULL)
        return usage_error("unknown option '--%s'; did you mean '--%s'?", word, nearest);
    return usage_error("unknown option '--%s'", word);
}

/* Joins one more -e text. Returns 1, or 0 when memory is short. */
static int join_text(options_t *options, const char *more)
{
    size_t old = options->text == NULL ? 0 : strlen(options->text) + 1, length = strlen(more);
    char *joined = realloc(options->text, old + length + 1);
    if (joined == NULL)
        return 0;
    if (old > 0)
        joined[old - 1] = '\n';
    memcpy(joined + old, more, length + 1);
    options->text = joined;
    return 1;
}

static int sweep_only(options_t *options, const char *name)
{
    options->sweep_option = name;
    return -1;
}

/* One option with its value. Returns -1, or an exit status. */
static int set_option(options_t *options, int id, const char *value)
{
    uint64_t n = 0;
    switch (id) {
    case OPT_EXPRESSION:
        if (join_text(options, value))
            return -1;
        fputs("lieorbit: out of memory\n", stderr);
        return EXIT_BROKEN;
    case OPT_JSON:
        options->json = 1;
        return -1;
    case OPT_QUIET:
        options->quiet = 1;
        return -1;
    case OPT_CERTIFICATE:
        if (value[0] == '\0')
            return usage_error("--certificate takes the name of a file");
        options->certificate = value;
        return -1;
    case OPT_OUTPUT:
        if (value[0] == '\0')
            return usage_error("--output takes the name of a file");
        options->output = value;
        return -1;
    case OPT_DEGREE:
        if (!value_integer(&n, value, 0, 12))
            return usage_error("--degree takes an integer from 0 to 12, not '%s'", value);
        options->degree = (int) n;
        return -1;
    case OPT_SEED:
        if (!value_integer(&options->seed, value, 0, UINT64_MAX))
            return usage_error("--seed takes an integer from 0 to 18446744073709551615, not '%s'", value);
        return -1;
    case OPT_THREADS:
        if (!value_integer(&n, value, 1, 256))
            return usage_error("--threads takes an integer from 1 to 256, not '%s'", value);
        options->threads = (long) n;
        return -1;
    case OPT_SECONDS:
        if (!value_seconds(&options->limit_ns, value))
            return usage_error("--limit-seconds takes a positive number such as 60 or 0.5, not '%s'", value);
        return -1;
    case OPT_MEMORY:
        if (!value_size(&options->limit_memory, value))
            return usage_error("--limit-memory takes a size such as 500M or 4G, not '%s'", value);
        return -1;
    case OPT_RELU:
        if (!value_relu(&options->relu, value))
            return usage_error("--relu is 'paths' or 'pattern', not '%s'", value);
        return -1;
    case OPT_STRUCTURAL:
        options->structural = 1;
        return -1;
    case OPT_PICTURE:
        if (strcmp(value, "svg") != 0 && strcmp(value, "dot") != 0)
            return usage_error("--picture is 'svg' or 'dot', not '%s'", value);
        options->picture = value[0] == 's' ? PICTURE_SVG : PICTURE_DOT;
        return -1;
    case OPT_ALL_LAWS:
        options->all_laws = 1;
        return -1;
    case OPT_PROGRESS:
        if (!value_when(&options->progress, value, 0))
            return usage_error("--progress is 'auto' or 'never', not '%s'", value);
        return -1;
    case OPT_FORMAT:
        if (!value_format(&options->format, value))
            return usage_error("--format is 'text', 'csv', 'json', 'latex' or 'texinfo', not '%s'", value);
        return sweep_only(options, "format");
    case OPT_OUT:
        if (value[0] == '\0')
            return usage_error("--out takes the name of a file");
        options->out = value;
        return sweep_only(options, "out");
    case OPT_SHARD:
        if (!value_shard(&options->shard, &options->shards, value))
            return usage_error("--shard takes i/n with 1 <= i <= n <= %d, such as 2/8, not '%s'",
                               VALUE_SHARDS, value);
        return sweep_only(options, "shard");
    case OPT_MERGE:
        options->merge = 1;
        return sweep_only(options, "merge");
    case OPT_NO_TIME:
        options->no_time = 1;
        return sweep_only(options, "no-time");
    case OPT_COLOR:
        if (!value_when(&options->color, value, 1))
            return usage_error("--color is 'auto', 'never' or 'always', not '%s'", value);
        return -1;
    default:
        return usage_error("unknown option");
    }
}

/* The operands: a command, then what it takes. Returns -1, or an exit status. */
static int set_operands(options_t *options, int count, char **operands, int help)
{
    if (count == 0) {
        if (help) {
            print_usage(stdout);
            return EXIT_ANSWERED;
        }
        print_usage(stderr);
        return EXIT_USAGE;
    }
    const command_row *row = find_command(operands[0]);
    if (row == NULL)
        return unknown_command(operands[0]);
    options->command = row->command;
    if (row->command == COMMAND_HELP) {
        const command_row *topic = count > 1 ? find_command(operands[1]) : NULL;
        if (count > 1 && topic == NULL)
            return unknown_command(operands[1]);
        if (topic != NULL && topic->command != COMMAND_HELP)
            print_command_help(topic);
        else
            print_usage(stdout);
        return EXIT_ANSWERED;
    }
    if (help) {
        print_command_help(row);
        return EXIT_ANSWERED;
    }
    if (options->sweep_option != NULL && row->command != COMMAND_SWEEP)
        return usage_error("--%s is an option of sweep", options->sweep_option);
    int used = 1;
    if (row->command == COMMAND_SWEEP) {
        options->words = operands + 1;
        options->nwords = count - 1;
        used = count;
    } else if (row->command == COMMAND_ZOO) {
        if (options->text != NULL)
            return usage_error("zoo takes no -e");
        options->name = used < count ? operands[used++] : NULL;
    } else if (row->command == COMMAND_CHECK) {
        if (options->text != NULL)
            return usage_error("check takes no -e");
        if (count < 3)
            return usage_error("check takes a problem and a certificate: lieorbit check PROBLEM CERTIFICATE");
        options->problem = operands[used++];
        options->file = operands[used++];
    } else {
        if (row->command == COMMAND_VERIFY) {
            if (used == count)
                return usage_error("verify takes a law, then the model: lieorbit verify LAW FILE");
            options->law = operands[used++];
        }
        if (options->text == NULL) {
            if (used == count)
                return usage_error("%s needs a model: a FILE, '-' for standard input, or -e TEXT", row->name);
            options->file = operands[used++];
        } else if (used < count) {
            return usage_error("the model is given by -e and by the file '%s'", operands[used]);
        }
    }
    if (used < count)
        return usage_error("extra argument '%s'", operands[used]);
    return -1;
}

/* getopt_long's own tables, made from `rows`. */
static void build_getopt(struct option *table, char *letters)
{
    /* '-': operands come in their order, whatever POSIXLY_CORRECT says; ':': a missing value gives ':'. */
    *letters++ = '-';
    *letters++ = ':';
    for (int i = 0; i < NROWS; i++) {
        int takes = rows[i].argument != NULL ? required_argument : no_argument;
        table[i] = (struct option){ rows[i].name, takes, NULL, rows[i].id };
        if (rows[i].id < 256) {
            *letters++ = (char) rows[i].id;
            if (takes == required_argument)
                *letters++ = ':';
        }
    }
    *letters = '\0';
    memset(&table[NROWS], 0, sizeof(table[NROWS]));
}

/* What getopt_long did not accept, told in our words. */
static int refuse(int code, const char *written, int is_verify)
{
    for (int i = 0; i < NROWS; i++)
        if (optopt != 0 && rows[i].id == optopt)
            return usage_error(code == ':' ? "option '--%s' needs a value" : "option '--%s' takes no value",
                               rows[i].name);
    if (optopt != 0) { /* a letter; `written` may be the argument before it */
        char letter[3] = { '-', (char) optopt, '\0' };
        return unknown_option(letter, is_verify);
    }
    return unknown_option(written, is_verify);
}

#define MOST_THREADS 16 /* past that the parts that run on one thread are most of the time */

static long processors(void)
{
    long n = 1;
#ifdef _SC_NPROCESSORS_ONLN
    n = sysconf(_SC_NPROCESSORS_ONLN);
#endif
    return n < 1 ? 1 : n < MOST_THREADS ? n : MOST_THREADS;
}

int options_read(options_t *options, int argc, char **argv)
{
    struct option table[NROWS + 1];
    char letters[2 * NROWS + 3];
    int count = 0, help = 0, code;

    memset(options, 0, sizeof(*options));
    char **operands = options->operands = malloc(((size_t) argc + 1) * sizeof(char *));
    if (operands == NULL) {
        fputs("lieorbit: out of memory\n", stderr);
        return EXIT_BROKEN;
    }
    options->shard = options->shards = 1;
    options->degree = -1;
    options->threads = processors();
    options->seed = 1;
    options->limit_memory = (uint64_t) 4 << 30;
    build_getopt(table, letters);
    opterr = 0;
    while ((code = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        if (code == 1) { /* an operand */
            operands[count++] = optarg;
        } else if (code == OPT_HELP) {
            help = 1;
        } else if (code == OPT_VERSION) {
            print_version();
            return EXIT_ANSWERED;
        } else {
            int status = code == '?' || code == ':'
                             ? refuse(code, argv[optind - 1], count > 0 && strcmp(operands[0], "verify") == 0)
                             : set_option(options, code, optarg);
            if (status != -1)
                return status;
        }
    }
    for (; optind < argc; optind++)
        operands[count++] = argv[optind];
    return set_operands(options, count, operands, help);
}

void options_clear(options_t *options)
{
    free(options->text);
    free(options->operands);
}
