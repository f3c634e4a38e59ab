#!/bin/sh
# test_tool.sh - the command line from outside: statuses, streams, limits, certificates, signals, JSON, the zoo.
#
# Prints one "ok" or "not ok" line per check; exit status 1 when one fails. LIEORBIT is the tool under test; PYTHON is
# python3 (checks that need it are skipped without); SANITIZED is not empty in sanitizer builds.
#
# Copyright (C) 2026 the lieorbit developers
# SPDX-License-Identifier: LGPL-3.0-or-later

tool=${LIEORBIT:?set LIEORBIT to the tool under test}
python=${PYTHON-python3}
command -v "$python" >/dev/null 2>&1 || python=
work=$(mktemp -d "${TMPDIR:-/tmp}/lieorbit-test.XXXXXX") || exit 1
trap 'rm -rf "$work"' 0
trap 'exit 1' 1 2 15
unset NO_COLOR POSIXLY_CORRECT
number=0
failed=0
# A tool that hangs fails its check instead of stopping the whole run.
guard=
timeout 5 true 2>/dev/null && guard='timeout -k 5 300'

uv='param u, v; input x; output u*v*x'
linear='model "two-layer linear network"; param U[2,2], V[2,2]; input x[2]; output U*V'"'"'*x'
# Work that no machine finishes in a second: the limits and the signals are tested on it.
slow='input x[60]; net dense(60) -> relu -> dense(60) -> relu -> dense(60)'

report() { # NAME 0|1
    number=$((number + 1))
    if [ "$2" -eq 0 ]; then
        echo "ok $number - $1"
    else
        echo "not ok $number - $1"
        [ -s "$work/out" ] && sed 's/^/#   out: /' "$work/out" | head -n 12
        [ -s "$work/err" ] && sed 's/^/#   err: /' "$work/err" | head -n 12
        failed=1
    fi
}

skip() { # NAME WHY
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

# expect NAME STATUS [ARGUMENT...]: runs the tool; its output is in $work/out and $work/err.
expect() {
    name=$1 wanted=$2
    shift 2
    $guard "$tool" "$@" >"$work/out" 2>"$work/err" </dev/null
    got=$?
    [ "$got" -eq "$wanted" ] || echo "# status $got, wanted $wanted: $*"
    report "$name" "$((got != wanted))"
}

says() { # NAME out|err PATTERN
    grep -e "$3" "$work/$2" >/dev/null
    report "$1" $?
}

silent() { # NAME out|err
    test ! -s "$work/$2"
    report "$1" $?
}

# --- help and usage -------------------------------------------------------------------------------------------

expect 'no argument is a usage error' 2
silent 'no argument: nothing on stdout' out
says 'no argument: usage on stderr' err '^Usage: lieorbit COMMAND'
expect '--help' 0 --help
says '--help on stdout' out '^Usage: lieorbit COMMAND'
silent '--help: nothing on stderr' err
for option in --json --degree --seed --threads --limit-seconds --limit-memory --quiet --progress --color --relu; do
    says "--help names $option" out "^  .*$option"
done
cp "$work/out" "$work/help"
expect 'help' 0 help
cmp -s "$work/out" "$work/help"
report 'help is --help' $?
for command in laws rank verify sims check export-coq sweep zoo; do
    expect "$command --help" 0 "$command" --help
    says "$command --help has a usage line" out "^Usage: lieorbit $command"
    cp "$work/out" "$work/help"
    expect "help $command" 0 help "$command"
    cmp -s "$work/out" "$work/help"
    report "help $command is $command --help" $?
done
expect '--version' 0 --version
says '--version' out '^lieorbit [0-9]'

expect 'unknown command' 2 lwas x.lo
says 'unknown command: suggestion' err "did you mean 'laws'"
expect 'unknown option' 2 laws --degre=3 --jsno -e "$uv"
says 'unknown option: suggestion' err "did you mean '--json'"
expect 'unknown short option' 2 laws -x -e "$uv"
expect 'no model' 2 laws
expect 'no law' 2 verify
expect 'two models' 2 laws a.lo b.lo
expect 'file and -e' 2 laws -e "$uv" a.lo
expect 'law but no model' 2 verify u
expect 'missing value' 2 laws -e "$uv" --seed
expect 'value where there is none' 2 laws --json=yes -e "$uv"
for bad in --degree=13 --degree=-1 --degree=x --degree= --seed=-1 --seed=18446744073709551616 --seed=1x --threads=0 \
    --threads=257 --limit-seconds=0 --limit-seconds=-1 --limit-seconds=1e3 --limit-seconds=. --limit-seconds= \
    --limit-memory=0 --limit-memory=4X --limit-memory=4GB --limit-memory=99999999999999999999 --limit-memory= \
    --color=red --progress=always --relu=maybe; do
    expect "bad value: $bad" 2 laws "$bad" -e "$uv"
    says "bad value named: $bad" err "^lieorbit: ${bad%%=*} "
done
expect 'unknown zoo model' 2 zoo tensr
says 'unknown zoo model: suggestion' err "did you mean 'tensor'"
long=tensortensortensortensortensor
for what in "zoo $long$long$long$long$long$long$long" "sweep $long$long$long$long$long$long$long"; do
    expect "a long unknown word: ${what%% *}" 2 $what
    ! grep 'did you mean' "$work/err" >/dev/null
    report "a long unknown word: ${what%% *}: no suggestion" $?
done

# --- the model ------------------------------------------------------------------------------------------------

expect '-e' 0 laws -e "$uv"
silent '-e: nothing on stderr' err
cp "$work/out" "$work/answer"
expect 'several -e are lines' 0 laws -e 'param u, v' -e 'input x' -e 'output u*v*x'
cmp -s "$work/out" "$work/answer"
report 'several -e: same answer' $?
printf '%s\n' "$uv" >"$work/uv.lo"
expect 'a file' 0 laws "$work/uv.lo"
cmp -s "$work/out" "$work/answer"
report 'a file: same answer' $?
expect 'options after the file' 0 laws "$work/uv.lo" --seed 1 --threads 1 --degree=2 --quiet
expect 'options before the command' 0 --seed=1 laws "$work/uv.lo"
cmp -s "$work/out" "$work/answer"
report 'options before the command: same answer' $?
POSIXLY_CORRECT=1 "$tool" laws "$work/uv.lo" --seed 1 >"$work/out" 2>"$work/err"
report 'options after the file under POSIXLY_CORRECT' $?
"$tool" laws - <"$work/uv.lo" >"$work/out" 2>"$work/err"
report 'standard input' $?
cmp -s "$work/out" "$work/answer"
report 'standard input: same answer' $?
(cd "$work" && cp uv.lo ./-uv.lo && "$tool" laws -- -uv.lo) >"$work/out" 2>"$work/err"
report '-- ends the options' $?

expect 'a wrong model' 3 laws -e 'param u; output u*w'
silent 'a wrong model: nothing on stdout' out
says 'a wrong model: place and message' err '^[^:]*:1:[0-9]*: error: '
expect 'an empty model' 3 laws -e ''
expect 'a wrong model, JSON' 3 laws --json -e 'param'
silent 'a wrong model, JSON: nothing on stdout' out
expect 'a missing file' 5 laws "$work/missing.lo"
says 'a missing file: why' err 'No such file'
expect 'a directory' 5 laws "$work"
"$tool" laws - <&- >"$work/out" 2>"$work/err"
report 'closed standard input' "$(($? != 5))"
dd if=/dev/zero bs=65536 count=300 2>/dev/null | tr '\0' '\n' >"$work/large.lo"
expect 'a model that is too long' 4 laws "$work/large.lo"
says 'a model that is too long: the limit' err 'limit'
printf 'param u\0v; output u' >"$work/nul.lo"
expect 'a NUL byte' 3 laws "$work/nul.lo"
# /dev/zero never ends: the tool must stop at the limit by itself.
expect 'an endless file' 4 laws /dev/zero

# --- laws, rank, verify ---------------------------------------------------------------------------------------

expect 'laws of the linear network' 0 laws -e "$linear"
says 'laws: heading' out '^two-layer linear network: 8 parameters, 4 generating fields$'
says 'laws: growth' out '^growth (4, 5)   orbits of dimension 5   3 independent laws$'
says 'laws: first law' out '^  h1  '
says 'laws: complete' out '^proved: .*5 + 3 = 8: the list is complete$'
says 'laws: assumption' out '^assumes a loss '
expect 'rank' 0 rank -e "$linear"
says 'rank: growth' out '^growth (4, 5)   orbits of dimension 5   at a generic point$'
expect 'rank at a point' 0 rank -e "$linear; at U = [1,0; 0,0], V = [1,0; 0,0]"
says 'rank at a point: orbit' out 'orbit of dimension 3   at the given point$'
expect 'verify proves' 0 verify 'u^2 - v^2' -e "$uv"
says 'verify: proved' out '^proved: u^2 - v^2 is conserved'
expect 'verify refutes' 1 verify 'u^2 + v^2' -e "$uv"
says 'verify: refuted' out '^refuted: u^2 + v^2 is not conserved$'
# gates beside values that are not rational: behind them, before them, both
expect 'verify refutes: relu, then softmax' 1 verify 'W1[1,1]' -e 'input x[2]; net dense(2) -> relu -> dense(2) -> softmax'
expect 'verify refutes: relu of tanh' 1 verify 'u^2' -e 'param u, v; input x; output u*relu(tanh(v*x))*sqrt(2)'
expect 'verify refutes: maxpool of tanh' 1 verify 'V[1,1]' -e 'param V[4,1]; input x; output maxpool(tanh(V*x), 2)'
says 'verify refutes: maxpool of tanh: the gates' out 'gate 1 = 1, gate 2 = 0'
expect 'verify, a law that begins with a minus' 0 verify -e "$uv" -- '-u^2 + v^2'
expect 'verify, law and file' 0 verify 'u^2 - v^2' "$work/uv.lo"
expect 'verify, a wrong law' 3 verify 'u^2 -' -e "$uv"
expect 'verify, the root of a negative number' 3 verify 'v + sqrt(-1)' -e "$uv"
says 'verify, the root of a negative number: where' err '^law:1:5: error: the argument of `sqrt` is negative'
expect 'verify, the logarithm of zero' 3 verify 'v + log(0)' -e "$uv"
says 'verify, the logarithm of zero: where' err '^law:1:5: error: the argument of `log` is zero'
expect 'verify, a model that is nowhere real' 3 verify u -e 'param u, v; input x; output u*x + sqrt(-1-v^2)'
expect 'verify refutes where the output is defined' 1 verify u -e 'param u, v; input x; output u*x + sqrt(v - 1000)'
expect 'verify, nowhere defined' 4 verify u -e 'param u, v; input x; output u*x + sqrt(-1-v^2+v-u^2)'
expect 'verify, an unknown name' 3 verify 'u^2 - w^2' -e "$uv"

# --- colours --------------------------------------------------------------------------------------------------

escape=$(printf '\033')
expect '--color=always' 0 laws --color=always -e "$uv"
says '--color=always colours' out "$escape"
expect '--color=auto into a file' 0 laws --color=auto -e "$uv"
cmp -s "$work/out" "$work/answer"
report '--color=auto into a file: plain' $?
NO_COLOR=1 "$tool" laws --color=always -e "$uv" 2>&1 | grep "$escape" >/dev/null
report '--color=always beats NO_COLOR' $?

# --- streams --------------------------------------------------------------------------------------------------

if [ -w /dev/full ]; then
    for arguments in '--help' '--version' 'zoo' 'zoo tensor' 'zoo --json' "laws $work/uv.lo" "laws --json $work/uv.lo" \
        "verify u $work/uv.lo"; do
        # shellcheck disable=SC2086
        "$tool" $arguments >/dev/full 2>"$work/err"
        report "/dev/full: $arguments" "$(($? != 5))"
        says "/dev/full, message: $arguments" err 'cannot write to standard output'
    done
else
    skip '/dev/full' 'not here'
fi
"$tool" laws -e "$uv" >&- 2>"$work/err"
report 'closed standard output' "$(($? != 5))"
"$tool" laws -e "$uv" 2>&- >"$work/out"
report 'closed standard error' $?
cmp -s "$work/out" "$work/answer"
report 'closed standard error: same answer' $?
{ "$tool" laws -e "$uv" 2>"$work/err"; echo $? >"$work/status"; } | :
report 'closed pipe' "$(($(cat "$work/status") != 5 && $(cat "$work/status") != 0))"

# --- determinism ----------------------------------------------------------------------------------------------

for seed in 0 1 18446744073709551615; do
    "$tool" laws --json --seed $seed -e "$linear" 2>&1 | grep -v '"seconds"' >"$work/first"
    "$tool" laws --json --seed $seed -e "$linear" 2>&1 | grep -v '"seconds"' >"$work/out"
    cmp -s "$work/first" "$work/out"
    report "seed $seed: same bytes" $?
done
"$tool" laws --seed 7 -e "$linear" >"$work/first" 2>&1
"$tool" laws --seed 7 --threads 2 -e "$linear" >"$work/out" 2>&1
cmp -s "$work/first" "$work/out"
report 'text: same bytes, whatever the threads' $?
for model in 'input x[24]; net dense(24, bias) -> relu -> dense(20, bias)' 'input x[20]; net dense(30, bias) -> tanh -> dense(15)' \
    'input x[20]; net dense(26) -> dense(20)'; do
    for threads in 1 2 3; do
        "$tool" laws --json --threads $threads -e "$model" 2>&1 | grep -v '"seconds"' >"$work/threads$threads"
    done
    cmp -s "$work/threads1" "$work/threads2" && cmp -s "$work/threads1" "$work/threads3" && test -s "$work/threads1"
    report "large space, same bytes for 1, 2, 3 threads: $model" $?
done

# --- limits ---------------------------------------------------------------------------------------------------

expect '--limit-seconds' 4 laws --limit-seconds=0.3 -e "$slow"
says '--limit-seconds: what is known' out 'stopped early'
says '--limit-seconds: message' err '^lieorbit: a limit was met: '
expect '--limit-seconds, JSON' 4 laws --json --limit-seconds=0.3 -e "$slow"
says '--limit-seconds, JSON: stopped' out '"status": "stopped"'
expect 'limits that are not met' 0 laws --limit-seconds 60.5 --limit-memory 2G -e "$uv"
cmp -s "$work/out" "$work/answer"
report 'limits that are not met: same answer' $?
if [ -n "${SANITIZED-}" ]; then
    skip '--limit-memory' 'address sanitizer reserves more'
else
    expect '--limit-memory' 4 laws --limit-memory=1M --limit-seconds=60 -e "$slow"
    says '--limit-memory: message' err 'a limit was met: .*memory'
fi
expect 'too many parameters' 4 rank -e 'input x[100000]; net dense(100000)'
says 'too many parameters: named' err 'parameters'

# --- certificates ---------------------------------------------------------------------------------------------

s='(x1 + x2*x4 + x5 + x6^2 + x7 + 3)'
expect 'long words of fields with powers below zero' 0 laws --degree=0 --certificate="$work/words.cert" \
    -e 'coords x1, x2, x3, x4, x5, x6, x7' -e 'field f = [1, 0, 0, 0, 0, 0, 0]' \
    -e "field g = [0, 1, $s^-1, $s^-2, $s^-3, $s^-4, $s^-5]"
expect 'long words of fields with powers below zero: check' 0 check "$work/words.problem" "$work/words.cert"
says 'long words of fields with powers below zero: rank' out '^  The orbit dimension is at least 7 of 7'
# at the point of the certificate, too, no two neurons are equal or opposite: the members alone span everything
for width in 4 7; do
    expect "rank of $width scalar neurons" 0 rank --certificate="$work/neurons.cert" \
        -e "input x; net dense($width) -> tanh -> dense(1)"
    expect "rank of $width scalar neurons: check" 0 check "$work/neurons.problem" "$work/neurons.cert"
    says "rank of $width scalar neurons: without brackets" out "^  Brackets of at most 1 .* at least $((2 * width)) "
done
# exp(-a) = 1/exp(a) is no rule of the format: what rests on it is not claimed
expect 'manifolds of opposite arguments' 0 sims --certificate="$work/minus.cert" \
    -e 'param a[2], b[2]; input x; output softmax(a*x) + softmax(b*x)'
says 'manifolds of opposite arguments: what is left out' err 'not in the certificate'
if [ -x "${CHECK-}" ]; then
    "$CHECK" "$work/minus.problem" "$work/minus.cert" >"$work/out" 2>"$work/err" && grep '^VERIFIED$' "$work/out" >/dev/null
    report 'manifolds of opposite arguments: lieorbit-check' $?
fi

# --- what needs Python: JSON, signals, the zoo ----------------------------------------------------------------

if [ -z "$python" ]; then
    skip 'JSON, signals and the zoo' 'no python3'
    echo "1..$number"
    exit "$failed"
fi

cat >"$work/check.py" <<'END'
import json, os, signal, subprocess, sys, time

tool, uv, linear, slow = sys.argv[1:]
failed = False
# The orbit dimension and the number of independent laws of each built-in model.
ZOO = {
    "two-layer-linear": (5, 3), "deep-linear": (6, 6), "relu-mlp": (9, 3), "relu-bias": (14, 3), "conv-relu": (10, 2),
    "linear-conv": (3, 1), "tensor": (8, 4), "tied": (4, 2), "monomial": (1, 4), "diagonal": (3, 3),
    "quadratic-activation": (8, 4), "bilinear-glu": (8, 4), "linear-attention": (5, 3), "lora": (14, 1),
    "residual-linear": (6, 2), "unicycle": (3, 0), "heisenberg": (3, 0), "engel": (4, 0), "cartan": (5, 0),
    "car": (4, 0), "pendulum": (1, 1),
}
# Models of real size, and their numbers of parameters as published.
LARGE = {
    "mnist-mlp": 535818, "lenet-5": 61706, "vgg-16": 138357544, "resnet-18": 11689512, "resnet-50": 25557032,
    "gpt2-small": 124439808,
}


def report(name, fine, detail=""):
    global failed
    failed |= not fine
    print(("ok - " if fine else "not ok - ") + name)
    if not fine and detail:
        print("#   " + str(detail).replace("\n", "\n#   ")[:2000])


def unique(pairs):
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), "duplicate key"
    assert keys == sorted(keys), "keys are not sorted"
    return dict(pairs)


def answer(name, status, *arguments, text=None):
    run = subprocess.run([tool, *arguments], input=text, capture_output=True, text=True)
    try:
        value = json.loads(run.stdout, object_pairs_hook=unique)
    except (ValueError, AssertionError) as error:
        report(name, False, f"{error}\n{run.stdout}{run.stderr}")
        return None
    report(name, run.returncode == status, f"status {run.returncode}\n{run.stderr}")
    return value


def common(name, value, schema):
    fine = (value["schema"] == schema and isinstance(value["version"], str) and value["seed"] == 1
            and isinstance(value["seconds"], float) and value["seconds"] >= 0
            and set(value["model"]) >= {"title", "parameters", "inputs", "outputs", "family"})
    report(name + ": common keys", fine, value)


value = answer("laws --json", 0, "laws", "--json", "-e", linear)
if value:
    common("laws --json", value, "lieorbit.laws/1")
    report("laws --json: answer", value["growth"] == [4, 5] and value["orbit_dimension"] == 5
           and value["orbit_bounds"] == [5, 5] and value["independent_laws"] == 3 and value["found"] == 3
           and value["complete"] == "yes" and value["status"] == "finished"
           and value["model"]["title"] == "two-layer linear network" and value["model"]["parameters"] == 8, value)
    report("laws --json: laws", len(value["laws"]) == 3 and all(
        set(law) >= {"name", "expression", "class", "degree", "status"} and law["status"] == "proved"
        and law["class"] == "polynomial" and law["degree"] == 2 for law in value["laws"]), value["laws"])
    for law in value["laws"]:
        again = answer("verify " + law["name"], 0, "verify", "--json", "-e", linear, "--", law["expression"])
        report(law["name"] + " parses back and is proved", again is not None and again["conserved"] == "yes", again)
value = answer("laws --json, large seed", 0, "laws", "--json", "--seed=18446744073709551615", "-e", uv)
report("large seed is a string", value is not None and value["seed"] == "18446744073709551615", value)
value = answer("rank --json", 0, "rank", "--json", "-e", linear)
if value:
    common("rank --json", value, "lieorbit.rank/1")
    report("rank --json: answer", value["point"] == "generic" and value["field_rank"] == 4 and value["growth"] == [4, 5]
           and value["orbit_dimension"] == 5 and value["status"] == "proved", value)
value = answer("rank --json at a point", 0, "rank", "--json", "-e", linear + "; at U = [1,0; 0,0], V = [1,0; 0,0]")
if value:
    report("rank --json at a point: answer", value["point"] == "given" and value["orbit_dimension"] == 3, value)
value = answer("verify --json, refuted", 1, "verify", "--json", "u^2 + v^2", "-e", uv)
if value:
    common("verify --json", value, "lieorbit.verify/1")
    report("verify --json: witness", value["conserved"] == "no" and set(value["witness"]) >= {"point", "input", "value"}
           and value["law"] == "u^2 + v^2", value)

# --- signals: one stops the work, two end it

def stop(name, sent, pause, within):
    run = subprocess.Popen([tool, "laws", "--json", "-e", slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           preexec_fn=lambda: [signal.signal(s, signal.SIG_DFL) for s in (signal.SIGINT, signal.SIGTERM)])
    time.sleep(1)
    if run.poll() is not None:
        print("ok - " + name + " # SKIP the work was done before the signal")
        return
    start = time.monotonic()
    for s in sent:
        run.send_signal(s)
        time.sleep(pause)
    try:
        out, err = run.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        run.kill()
        report(name, False, "it went on")
        return
    elapsed = time.monotonic() - start
    report(name, run.returncode == 4 and elapsed < within, f"status {run.returncode} after {elapsed:.1f} s\n{err}")
    report(name + ": message", "interrupted" in err, err)
    try:
        value = json.loads(out)
        report(name + ": what is known", value["status"] == "stopped" and value["schema"] == "lieorbit.laws/1", out)
    except ValueError as error:
        report(name + ": what is known", False, f"{error}: {out!r}")
    try:
        os.killpg(run.pid, 0)
        report(name + ": no process left", False)
    except OSError:
        report(name + ": no process left", True)


stop("SIGINT", [signal.SIGINT], 0, 12)
stop("SIGTERM", [signal.SIGTERM], 0, 12)
stop("SIGINT twice", [signal.SIGINT, signal.SIGINT], 0.5, 4)

# --- the zoo

value = answer("zoo --json", 0, "zoo", "--json")
models = {model["name"]: model for model in value["models"]} if value else {}
report("the zoo is complete", set(models) == set(ZOO) | set(LARGE),
       set(models) ^ (set(ZOO) | set(LARGE)))
listed = subprocess.run([tool, "zoo"], capture_output=True, text=True).stdout.splitlines()
report("zoo lists the same", [line.split()[0] for line in listed] == list(models), listed)
for name, model in models.items():
    text = subprocess.run([tool, "zoo", name], capture_output=True, text=True).stdout
    report(f"zoo {name}: text", text == model["text"])
    if name in LARGE:
        report(f"zoo {name}: parameters", model["parameters"] == LARGE[name]
               and f"{LARGE[name]:,} parameters" in model["description"], model["parameters"])
        continue
    value = answer(f"zoo {name} | laws", 0, "laws", "--json", "-", text=text)
    if value:
        dimension, laws = ZOO[name]
        report(f"zoo {name}: title and counts", value["model"]["title"] == model["title"]
               and value["orbit_dimension"] == dimension and value["independent_laws"] == laws
               and value["found"] <= laws,
               {key: value[key] for key in ("growth", "orbit_bounds", "independent_laws", "found", "complete")})
sys.exit(failed)
END
"$python" "$work/check.py" "$tool" "$uv" "$linear" "$slow" >"$work/python" 2>&1
status=$?
cat "$work/python"
number=$((number + $(grep -c -e '^ok' -e '^not ok' "$work/python")))
[ "$status" -eq 0 ] || failed=1
echo "1..$number"
exit "$failed"
