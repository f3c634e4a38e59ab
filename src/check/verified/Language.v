(* Language.v - the model language: bytes to syntax trees.  Executable and total; what is not in the
   language is refused.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String Ascii.
Import ListNotations.
Open Scope string_scope.
Open Scope list_scope.

(* -------------------------------------------------------------- computations with a state, which may fail *)
Inductive result (X : Type) := Ok (x : X) | Error (reason : string).
Arguments Ok {X}. Arguments Error {X}.
Definition M (S X : Type) := S -> result (X * S).
Definition ret {S X} (x : X) : M S X := fun s => Ok (x, s).
Definition bind {S X Y} (m : M S X) (k : X -> M S Y) : M S Y :=
  fun s => match m s with Ok (x, s') => k x s' | Error e => Error e end.
Definition fail {S X} (reason : string) : M S X := fun _ => Error reason.
Notation "'let*' x := m 'in' k" := (bind m (fun x => k))
  (at level 200, x name, m at level 100, k at level 200, right associativity).
Notation "'let*' ' p := m 'in' k" := (bind m (fun x => match x with p => k end))
  (at level 200, p pattern, m at level 100, k at level 200, right associativity).
Definition require {S} (test : bool) (reason : string) : M S unit := if test then ret tt else fail reason.
Fixpoint each {S X Y} (f : X -> M S Y) (l : list X) : M S (list Y) :=
  match l with
  | [] => ret []
  | x :: l' => let* y := f x in let* ys := each f l' in ret (y :: ys)
  end.
Fixpoint fold {S X Y} (f : Y -> X -> M S Y) (l : list X) (y : Y) : M S Y :=
  match l with [] => ret y | x :: l' => let* y' := f y x in fold f l' y' end.

(* ------------------------------------------------------------------ syntax *)
Inductive op :=
| Arrow | Star | Slash | DotStar | DotSlash | Caret | DotCaret | Plus | Minus | Prime | Comma | Colon
  | Semicolon | Equals
| OpenParen | CloseParen | OpenBracket | CloseBracket.
Scheme Equality for op.
Definition symbol (o : op) : string :=
  match o with
  | Arrow => "->" | Star => "*" | Slash => "/" | DotStar => ".*" | DotSlash => "./" | Caret => "^"
    | DotCaret => ".^"
  | Plus => "+" | Minus => "-" | Prime => "'" | Comma => "," | Colon => ":" | Semicolon => ";" | Equals => "="
  | OpenParen => "(" | CloseParen => ")" | OpenBracket => "[" | CloseBracket => "]"
  end.
Inductive expr :=
| Number (a : Z) (b : positive)            (* the number a / b *)
| Name (s : string)
| Call (f : string) (l : list expr)        (* f(a, b, ...) *)
| Option (k : string) (e : expr)           (* k=e, among the arguments of a call *)
| Chain (l : list expr)                    (* a -> b -> ... *)
| Neg (e : expr)
| Binary (o : op) (a b : expr)
| Transposed (e : expr)
| Index (e : expr) (l : list expr)         (* e[i, j] *)
| Everything                               (* the index : *)
| Range (a b : expr)                       (* the index a:b *)
| Array (l : list (list expr)).            (* [a, b; c, d] *)

Inductive kind := Coordinate | Constant | Input.
Inductive statement :=
| Declare (k : kind) (raw : bool) (name : string) (sizes : list expr)  (* param, frozen, input; coords *)
| Let (name : string) (e : expr)
| Output (e : expr)
| Net (stages : list expr)
| Map (name : string) (e : expr)
| Field (name : string) (e : expr)
| Flow (e : expr).

(* ------------------------------------------------------------------ bytes to tokens *)
Inductive token := Word (s : string) | Num (a : Z) (b : positive) | Op (o : op) | Line.
Definition code (c : ascii) : N := N_of_ascii c.
Definition between (a b : ascii) (c : ascii) : bool :=
  (N.leb (code a) (code c) && N.leb (code c) (code b))%bool.
Definition is_digit : ascii -> bool := between "0" "9".
Definition is_letter (c : ascii) : bool := (between "a" "z" c || between "A" "Z" c || Ascii.eqb c "_")%bool.
Definition newline : ascii := ascii_of_N 10.
Definition tab : ascii := ascii_of_N 9.
Fixpoint span (f : ascii -> bool) (s : string) : string * string :=
  match s with
  | EmptyString => (EmptyString, EmptyString)
  | String c r => if f c then let (a, b) := span f r in (String c a, b) else (EmptyString, s)
  end.
Fixpoint digits (acc : Z) (s : string) : Z :=
  match s with
  | EmptyString => acc
  | String c r => digits (10 * acc + Z.of_N (code c) - 48)%Z r
  end.
(* digits[.digits], times a power of 10 *)
Definition number (whole fraction : string) (exponent : Z) : token :=
  let power := (exponent - Z.of_nat (String.length fraction))%Z in
  let num := (digits (digits 0 whole) fraction * 10 ^ Z.max 0 power)%Z in
  let den := (10 ^ Z.max 0 (- power))%Z in
  let g := Z.gcd num den in Num (num / g) (Z.to_pos (den / g)).
Definition operators : list (string * op) :=
  map (fun o => (symbol o, o))
    [Arrow; DotStar; DotSlash; DotCaret; Star; Slash; Caret; Plus; Minus; Prime; Comma; Colon; Semicolon;
     Equals;
     OpenParen; CloseParen; OpenBracket; CloseBracket].
Fixpoint strip (p s : string) : option string :=
  match p, s with
  | EmptyString, _ => Some s
  | String a p', String b s' => if Ascii.eqb a b then strip p' s' else None
  | _, _ => None
  end.
Fixpoint operator (l : list (string * op)) (s : string) : option (op * string) :=
  match l with
  | [] => None
  | (p, o) :: l' => match strip p s with Some r => Some (o, r) | None => operator l' s end
  end.
Definition starts (f : ascii -> bool) (s : string) : bool :=
  match s with String c _ => f c | EmptyString => false end.
(* e12, E+12, e-12: whether it is negative, its digits, and the rest; without: no digits *)
Definition exponent_of (s : string) : bool * string * string :=
  match s with
  | String c r =>
      if (Ascii.eqb c "e" || Ascii.eqb c "E")%bool then
        let (negative, r) := match r with
          | String d t =>
              if Ascii.eqb d "-" then (true, t) else if Ascii.eqb d "+" then (false, t) else (false, r)
          | EmptyString => (false, r)
          end in
        if starts is_digit r then let (e, r) := span is_digit r in (negative, e, r)
        else (false, EmptyString, s)
      else (false, EmptyString, s)
  | EmptyString => (false, EmptyString, s)
  end.
Fixpoint lex (n : nat) (s : string) (acc : list token) : result (list token) :=
  match n, s with
  | _, EmptyString => Ok (rev' acc)
  | O, _ => Error "the model: it is too long"
  | S n, String c r =>
      if (Ascii.eqb c " " || Ascii.eqb c tab)%bool then lex n r acc
      else if Ascii.eqb c newline then lex n r (Line :: acc)
      else if Ascii.eqb c "#" then lex n (snd (span (fun c => negb (Ascii.eqb c newline)) r)) acc
      else if is_letter c then
        let (w, r) := span (fun c => is_letter c || is_digit c)%bool s in lex n r (Word w :: acc)
      else if (is_digit c || Ascii.eqb c "." && starts is_digit r)%bool then
        let (whole, r) := span is_digit s in
        let (fraction, r) := match strip "." r with
          | Some r' => if starts is_digit r' then span is_digit r' else (EmptyString, r)
          | None => (EmptyString, r)
          end in
        let '(negative, e, r) := exponent_of r in
        let length := Z.of_nat (String.length whole + String.length fraction + String.length e) in
        let power := if (1000 <? length)%Z then 0%Z else digits 0 e in
        if starts is_letter r then Error "the model: a letter right after a number"
        else if ((1000 <? length) || (1000 <? power))%Z
        then Error "the model: a number of more than 1000 digits"
        else lex n r (number whole fraction (if negative then - power else power) :: acc)
      else match operator operators s with
           | Some (o, r) => lex n r (Op o :: acc)
           | None => Error ("the model: the character `" ++ String c "'")%string
           end
  end.

(* Ends of lines and `;` end a statement, outside brackets.
   A line goes on after an operator and before `->`. *)
Definition continues (cur : list token) : bool :=
  match cur with
  | Op (Plus | Minus | Star | Slash | DotStar | DotSlash | Caret | DotCaret | Comma | Equals | Arrow) :: _ =>
      true
  | _ => false
  end.
Fixpoint arrow_next (ts : list token) : bool :=
  match ts with Line :: r => arrow_next r | Op Arrow :: _ => true | _ => false end.
Definition flush (cur : list token) (acc : list (list token)) : list (list token) :=
  match cur with [] => acc | _ => rev' cur :: acc end.
Fixpoint split (ts : list token) (depth : Z) (cur : list token) (acc : list (list token))
    : result (list (list token)) :=
  match ts with
  | [] => Ok (rev' (flush cur acc))
  | Line :: r => if ((0 <? depth)%Z || arrow_next r || continues cur)%bool then split r depth cur acc
                 else split r depth [] (flush cur acc)
  | t :: r =>
      let d := match t with
        | Op OpenParen | Op OpenBracket => (depth + 1)%Z
        | Op CloseParen | Op CloseBracket => (depth - 1)%Z
        | _ => depth
        end in
      if ((d <? 0)%Z || (200 <? d)%Z)%bool then Error "the model: brackets"
      else if match t with Op Semicolon => (depth =? 0)%Z | _ => false end then split r d [] (flush cur acc)
      else split r d (t :: cur) acc
  end.
Definition statements (text : string) : result (list (list token)) :=
  match lex (String.length text) text [] with Ok ts => split ts 0 [] [] | Error e => Error e end.

(* ------------------------------------------------------------------ tokens to syntax trees *)
Definition parser := M (list token).
Definition too_deep {X} : parser X := fail "the model: it is too deep".
Definition accept (o : op) : parser bool := fun ts =>
  match ts with
  | Op o' :: r => if op_beq o o' then Ok (true, r) else Ok (false, ts)
  | _ => Ok (false, ts)
  end.
Definition expect (o : op) : parser unit :=
  let* b := accept o in require b ("the model: `" ++ symbol o ++ "' is expected")%string.
Definition word : parser string := fun ts =>
  match ts with Word w :: r => Ok (w, r) | _ => Error "the model: a name is expected" end.
Definition finish : parser unit := fun ts =>
  match ts with
  | [] => Ok (tt, [])
  | _ => Error "the model: something is left over at the end of a statement"
  end.
(* x, x, ... *)
Fixpoint separated {X} (o : op) (item : parser X) (n : nat) : parser (list X) :=
  match n with
  | O => too_deep
  | S n => let* a := item in let* more := accept o in
      if more then let* l := separated o item n in ret (a :: l) else ret [a]
  end.
(* a o b o c ..., to the left *)
Fixpoint operations (ops : list op) (item : parser expr) (n : nat) (a : expr) : parser expr :=
  match n with
  | O => too_deep
  | S n => fun ts =>
      match ts with
      | Op o :: r =>
          if existsb (op_beq o) ops then (let* b := item in operations ops item n (Binary o a b)) r
          else Ok (a, ts)
      | _ => Ok (a, ts)
      end
  end.
Fixpoint signs (n : nat) (negative : bool) : parser bool :=
  match n with
  | O => too_deep
  | S n => let* minus := accept Minus in if minus then signs n (negb negative) else
      let* plus := accept Plus in if plus then signs n negative else ret negative
  end.
Section Levels.
  Variable expression : parser expr.
  Variable n : nat.                       (* more than there are tokens *)
  Definition stages (first : expr) : parser (list expr) :=
    let* more := accept Arrow in
    if more then let* l := separated Arrow expression n in ret (first :: l) else ret [first].
  Definition argument : parser expr := fun ts =>
    match ts with
    | Word w :: Op Equals :: r => (let* a := expression in ret (Option w a)) r
    | _ => (let* a := expression in let* l := stages a in ret (match l with [_] => a | _ => Chain l end)) ts
    end.
  Definition primary : parser expr := fun ts =>
    match ts with
    | Num a b :: r => Ok (Number a b, r)
    | Word w :: Op OpenParen :: Op CloseParen :: r => Ok (Call w [], r)
    | Word w :: Op OpenParen :: r =>
        (let* l := separated Comma argument n in let* _ := expect CloseParen in ret (Call w l)) r
    | Word w :: r => Ok (Name w, r)
    | Op OpenParen :: r => (let* a := expression in let* _ := expect CloseParen in ret a) r
    | Op OpenBracket :: r =>
        (let* l := separated Semicolon (separated Comma expression n) n in
         let* _ := expect CloseBracket in ret (Array l)) r
    | _ => Error "the model: an expression is expected"
    end.
  Definition index : parser expr :=
    let* all := accept Colon in if all then ret Everything else
    let* a := expression in
    let* range := accept Colon in if range then let* b := expression in ret (Range a b) else ret a.
  Fixpoint suffixes (k : nat) (a : expr) : parser expr :=
    match k with
    | O => too_deep
    | S k =>
        let* prime := accept Prime in if prime then suffixes k (Transposed a) else
        let* bracket := accept OpenBracket in
        if bracket
        then let* l := separated Comma index n in let* _ := expect CloseBracket in suffixes k (Index a l)
        else ret a
    end.
  Definition postfix : parser expr := let* a := primary in suffixes n a.
  Definition signed (item : parser expr) : parser expr :=
    let* negative := signs n false in let* a := item in ret (if negative : bool then Neg a else a).
  Definition power : parser expr :=
    let* a := postfix in
    let* caret := accept Caret in if caret then let* b := signed primary in ret (Binary Caret a b) else
    let* dot := accept DotCaret in
    if dot then let* b := signed primary in ret (Binary DotCaret a b) else ret a.
  Definition term : parser expr :=
    let* a := signed power in operations [Star; Slash; DotStar; DotSlash] (signed power) n a.
  Definition sum : parser expr := let* a := term in operations [Plus; Minus] term n a.
End Levels.
(* depth: of brackets, which `split` limits *)
Fixpoint expression (depth n : nat) : parser expr :=
  match depth with O => too_deep | S d => sum (expression d n) n end.

Definition a_declaration (k : kind) (raw : bool) (n : nat) : parser statement :=
  let* name := word in
  let* bracket := accept OpenBracket in
  if bracket then let* l := separated Comma (expression 256 n) n in let* _ := expect CloseBracket in
    ret (Declare k raw name l)
  else ret (Declare k raw name []).
Definition a_binding (make : string -> expr -> statement) (n : nat) : parser statement :=
  let* name := word in let* _ := expect Equals in let* e := expression 256 n in ret (make name e).
Definition a_statement (n : nat) : parser (list statement) :=
  let* w := word in
  let expr := expression 256 n in
  let is s := String.eqb w s in
  if is "param"%string then separated Comma (a_declaration Coordinate false n) n
  else if is "coords"%string then separated Comma (a_declaration Coordinate true n) n
  else if is "frozen"%string then separated Comma (a_declaration Constant false n) n
  else if is "input"%string then separated Comma (a_declaration Input false n) n
  else if is "let"%string then separated Comma (a_binding Let n) n
  else if is "map"%string then separated Comma (a_binding Map n) n
  else if is "field"%string then separated Comma (a_binding Field n) n
  else if is "output"%string then let* e := expr in ret [Output e]
  else if is "flow"%string then let* e := expr in ret [Flow e]
  else if is "net"%string then let* e := expr in let* l := stages expr n e in ret [Net l]
  else fail ("unsupported: the statement " ++ w)%string.
Definition entirely {X} (p : nat -> parser X) (ts : list token) : result X :=
  match (let* x := p (S (List.length ts)) in let* _ := finish in ret x) ts with
  | Ok (x, _) => Ok x
  | Error e => Error e
  end.
Fixpoint all_statements (l : list (list token)) : result (list statement) :=
  match l with
  | [] => Ok []
  | ts :: l' => match entirely a_statement ts, all_statements l' with
      | Ok a, Ok b => Ok (a ++ b)
      | Error e, _ | _, Error e => Error e
      end
  end.

(* ------------------------------------------------------------------ numbers and their square roots *)
Definition assoc {X} (k : string) (l : list (string * X)) : option X :=
  match find (fun t => String.eqb k (fst t)) l with Some (_, x) => Some x | None => None end.
Definition among (s : string) (l : list string) : bool := existsb (String.eqb s) l.
Definition all_different (l : list string) : bool :=
  Nat.eqb (List.length (nodup string_dec l)) (List.length l).
(* in lowest terms; not those that are too long *)
Definition ratio (n d : Z) : option (Z * positive) :=
  if ((d =? 0) || (40000 <? Z.log2 (Z.abs n) + Z.log2 (Z.abs d)))%Z then None
  else let g := (Z.sgn d * Z.gcd n d)%Z in Some (n / g, Z.to_pos (d / g))%Z.
Definition power_of (a : Z) (b : positive) (k : Z) : option (Z * positive) :=
  if (40000 <? Z.abs k * (1 + Z.log2 (Z.abs a) + Z.log2 (Zpos b)))%Z then None
  else if (0 <=? k)%Z then ratio (a ^ k) (Zpos b ^ k) else ratio (Zpos b ^ (- k)) (a ^ (- k)).
Section Numbers.
  Variable known : list (string * (Z * positive)).   (* names of numbers *)
  Fixpoint rational_of (e : expr) : option (Z * positive) :=
    match e with
    | Number a b => Some (a, b)
    | Name s => assoc s known
    | Neg e => option_map (fun q => (- fst q, snd q)%Z) (rational_of e)
    | Binary o x y =>
        match rational_of x, rational_of y with
        | Some (a, b), Some (c, d) =>
            match o with
            | Plus => ratio (a * Zpos d + c * Zpos b) (Zpos b * Zpos d)
            | Minus => ratio (a * Zpos d - c * Zpos b) (Zpos b * Zpos d)
            | Star | DotStar => ratio (a * c) (Zpos b * Zpos d)
            | Slash | DotSlash => ratio (a * Zpos d) (Zpos b * c)
            | Caret | DotCaret => if Pos.eqb d 1 then power_of a b c else None
            | _ => None
            end
        | _, _ => None
        end
    | _ => None
    end.
  Definition is_square (n : Z) : bool := (Z.sqrt n * Z.sqrt n =? n)%Z.
  (* log(1), and roots of squares, are numbers *)
  Definition called (f : string) (l : list expr) : expr :=
    match l with
    | [e] =>
        match rational_of e with
        | Some (a, b) =>
            if (f =? "sqrt")%string then
              if ((0 <? a)%Z && is_square a && is_square (Zpos b))%bool
              then Number (Z.sqrt a) (Z.to_pos (Z.sqrt (Zpos b))) else Call f [Number a b]
            else if ((f =? "log")%string && (a =? 1)%Z && Pos.eqb b 1)%bool then Number 0 1
            else Call f l
        | None => Call f l
        end
    | _ => Call f l
    end.
  Fixpoint settled (e : expr) : expr :=
    match e with
    | Number _ _ | Name _ | Everything => e
    | Call f l => called f (map settled l)
    | Option k e => Option k (settled e)
    | Chain l => Chain (map settled l)
    | Neg e => Neg (settled e)
    | Binary o a b => Binary o (settled a) (settled b)
    | Transposed e => Transposed (settled e)
    | Index e l => Index (settled e) (map settled l)
    | Range a b => Range (settled a) (settled b)
    | Array l => Array (map (map settled) l)
    end.
  Definition settled_statement (s : statement) : statement :=
    match s with
    | Declare k r name l => Declare k r name (map settled l)
    | Let name e => Let name (settled e)
    | Output e => Output (settled e)
    | Net l => Net (map settled l)
    | Map name e => Map name (settled e)
    | Field name e => Field name (settled e)
    | Flow e => Flow (settled e)
    end.
End Numbers.
Fixpoint settled_statements (known : list (string * (Z * positive))) (l : list statement) : list statement :=
  match l with
  | [] => []
  | s :: l =>
      let s := settled_statement known s in
      let known := match s with
        | Let name e => match rational_of known e with Some q => (name, q) :: known | None => known end
        | _ => known
        end in
      s :: settled_statements known l
  end.

(* ------------------------------------------------------------------ what is refused *)
(* an expression and all that it is made of *)
Fixpoint parts (e : expr) (rest : list expr) : list expr :=
  e :: match e with
    | Number _ _ | Name _ | Everything => rest
    | Call _ l | Chain l => fold_right parts rest l
    | Option _ e | Neg e | Transposed e => parts e rest
    | Index e l => parts e (fold_right parts rest l)
    | Binary _ a b | Range a b => parts a (parts b rest)
    | Array l => fold_right (fun row rest => fold_right parts rest row) rest l
    end.
Definition expressions_of (s : statement) : list expr :=
  match s with
  | Declare _ _ _ l | Net l => l
  | Let _ e | Output e | Map _ e | Field _ e | Flow e => [e]
  end.
Definition radicands (l : list expr) : list Z :=
  flat_map (fun e => match e with
    | Call f [Number a b] => if (f =? "sqrt")%string then [(a * Zpos b)%Z] else []
    | _ => []
    end) l.
(* Square roots of positive numbers and the products of these roots are linearly independent over the rational
   numbers if no product of some of the numbers is a square: then no sum of them vanishes unseen. *)
Definition independent_roots (l : list Z) : bool :=
  (Nat.leb (List.length l) 8 &&
   forallb (fun n => negb (is_square n))
     (tl (fold_right (fun n products => products ++ map (Z.mul n) products) [1%Z] l)))%bool.
Definition rules : Type := list (bool * string).
Definition checked {X} (l : rules) (x : X) : result X :=
  match find (fun t => negb (fst t)) l with Some (_, reason) => Error reason | None => Ok x end.
(* of all expressions of a model, or of a law *)
Definition expression_rules (l : list expr) : rules :=
  let all := fold_right parts [] l in
  let numbers := nodup Z.eq_dec (radicands all) in
  [(negb (existsb (fun e => match e with Call f _ => (f =? "layers")%string | _ => false end) all),
    "unsupported: the function layers");
   (forallb (Z.leb 0) numbers, "the model: the square root of a negative number");
   (negb (existsb (Z.eqb 0) numbers), "unsupported: the square root of zero");
   (independent_roots numbers, "unsupported: square roots of numbers that depend on one another")]%string.

(* kinds of units and of functions; kind 2 is the max-pool *)
Definition functions : list string :=
  ["relu"; "leaky_relu"; ""; "exp"; "log"; "sin"; "cos"; "tanh"; "sigmoid"; "softplus"; "gelu"; "silu"; "erf";
   "sqrt"; "generic"; "odd"; "even"; "generic0"].
Definition reserved : list string := functions ++
  ["param"; "input"; "frozen"; "coords"; "let"; "output"; "net"; "map"; "field"; "flow"; "model"; "at";
   "softmax"; "rmsnorm"; "layernorm"; "maxpool"; "avgpool"; "sum"; "mean"; "dot"; "trace"; "concat"; "vstack";
   "hstack"; "reshape"; "flatten"; "diag"; "conv1d"; "conv2d"].
(* whether it may depend on these names, or on gates *)
Definition depends_on (names : list string) (e : expr) : bool :=
  existsb (fun e => match e with
    | Name s => among s names
    | Call f _ => among f ["relu"; "leaky_relu"; "maxpool"]
    | _ => false
    end) (parts e []).
(* inputs, and names of values that may depend on them or on gates *)
Definition depending (l : list statement) : list string :=
  fold_left (fun names s => match s with
    | Declare Input _ name _ => name :: names
    | Let name e => if depends_on names e then name :: names else names
    | _ => names
    end) l [].
Definition flow_rules (l : list statement) (e : expr) : rules :=
  match e with
  | Call f args =>
      let named := flat_map (fun e => match e with Name s => [s] | _ => [] end) args in
      [(negb (f =? "mirror") || negb (Nat.eqb (List.length args) 0) && all_different named,
        "the model: mirror needs names of parameters, each once");
       (negb (f =? "metric") || negb (existsb (depends_on (depending l)) args),
        "unsupported: a metric of inputs or units")]%string%bool
  | _ => []
  end.
Definition statement_rules (l : list statement) : rules :=
  let has f := existsb f l in
  let raw := has (fun s => match s with Field _ _ => true | _ => false end) in
  let maps := has (fun s => match s with Map _ _ => true | _ => false end) in
  let coords := has (fun s => match s with Declare _ r _ _ => r | _ => false end) in
  let params := has (fun s => match s with Declare Coordinate false _ _ => true | _ => false end) in
  let inputs := has (fun s => match s with Declare Input _ _ _ => true | _ => false end) in
  let flows := flat_map (fun s => match s with Flow e => [e] | _ => [] end) l in
  let declared :=
    flat_map (fun s => match s with Declare _ _ name _ | Let name _ => [name] | _ => [] end) l in
  let fields := flat_map (fun s => match s with Map name _ | Field name _ => [name] | _ => [] end) l in
  [(Bool.eqb raw coords && negb (raw && (params || inputs || negb (Nat.eqb (List.length flows) 0))) &&
      negb (maps && inputs), "the model: statements that do not go together");
   (negb (existsb (fun name => among name reserved) declared), "the model: a name that is taken");
   (all_different fields, "the model: two maps or fields of one name")]%string%bool ++
  flat_map (flow_rules l) flows.

(* the statements of a model, and the expression that a law is *)
Definition parse_model (text : string) : result (list statement) :=
  match statements text with
  | Error e => Error e
  | Ok l =>
      match all_statements l with
      | Error e => Error e
      | Ok l => let l := settled_statements [] l in
          checked (statement_rules l ++ expression_rules (flat_map expressions_of l)) l
      end
  end.
Definition parse_expression (text : string) : result expr :=
  match statements text with
  | Ok [ts] =>
      match entirely (expression 256) ts with
      | Ok e => let e := settled [] e in checked (expression_rules [e]) e
      | Error e => Error e
      end
  | Ok _ => Error "a law: one expression is expected"%string
  | Error e => Error e
  end.
